"""What looks like personal data and is none."""

import pytest

from smm_voice.posts.privacy import find

NEGATIVES = """
On 2017-10-12 at 12:30:45, 2017-10-12T12:30:45Z, 10/12/2017
Le 12/10/2017 à 12h30, du 06/12 au 08/12/24
Open 10:00-18:00, closed 12:30-14:45
Ouvert de 9 h à 12 h 30 et de 14 h à 18 h 30
Prix : 1 299,00 € et 12 500 000 vues
12 500 000 000 $ in 2017, 1,234,567,890 people, 1.234.567.890
123 456 789 habitants, 10 000 000 000 km
1 500 euros - 2 000 euros
Pi is 3.14159265358979 and c is 299792458 m/s
978-2-07-036822-8
ISBN 9782070368228, ISBN 0-306-40615-2
9780306406157
EAN 4006381333931
4006381333931
Order 1234567890123
Order number: 2025550143
commande n° 4111111111111111
Votre commande 0639981234 est partie
numéro de commande 0639981234
tracking 9400 1000 0000 0000 0000 00
colis 6A12345678901, suivi n° 1Z999AA10123456784
FedEx tracking number 123456789012
38.8977, -77.0365
38.8976763,-77.0365298
48.8566969, 2.3514616
48°51'24.0"N 2°21'07.0"E
Flights AF1234 and BA 0289, Boeing 747-400 and 737-800
https://twitter.com/NASA/status/603275497183846402
https://example.com/0639981234/4111111111111111?tel=+33639981234
https://example.com/rue-des-lilas/12-main-street
www.example.com/2025550143
bit.ly/0639981234 and youtu.be/2025550143
#0639981234 #2025550143 #COP21
v2.10.3.4567, Windows 10.0.19041.1234, 192.168.100.200:8080
from 2017-2018 to 2018-2019
2014 2015 2016 2017
depuis 08 2017 2018
Score 3-2, then 102-98; sets 6-4 7-5 6-3
Boxing: 50-0-0, 27 KOs
Ratio 16:9, 1920x1080, 4096x2160
KIC 8462852 and HIP 13044, NGC 1234567
Unix time 1507737097, seed 20240105163500
+10 000 000 vues, +1 000 000 000
2025550143 views, 3125550143 followers
Loto : 03 12 25 33 41
Résultats du tirage : 03 12 25 33 41
1-2-3-4-5-6-7-8-9, 0123456789, 1234567890
000-12-3456, 666-12-3456, 912-34-5678
Model 100-200-3000
899 12 345
DE12 3456 7890 1234 5678 90
FR76 3000 6000 0112 3456 7890 188
4111 1111 1111 1112
1 85 05 78 006 084 92
732 829 320 00075
732 829 320
icon@2x.png, react@18.2.0, git@github.com:user/repo.git
See more at nasa.gov, meet at noaa dot gov
Read more at nasa dot gov or find us at example dot com
dinner @ 7 pm, 5 kg @ 3 €
5 Ways to Save, 10 minute drive, a 12 hour drive
5 Questions With Dr Smith, 10 questions for Dr Jones
2 Nights In St. Louis, 3 days in St Petersburg
2018 Rose Parade, 2016 Ocean Drive, 2017 Place to be
24 Hour Drive, 9 Mile Road Trip, 1 Way ticket, 2 Way Street
12 Monkeys on the road, 50 people on the street
2 miles down the road, 4 St Patrick parades
1st place, 2nd Street food festival, Top 10 Street food
7 Park rangers, 3 Court cases
400 Years of Road, 100 Avenue of trees
10 cours de yoga, 10 cours de cuisine à Nantes
3 places de parking, 12 places assises, 1 place Gold à gagner
2 routes à suivre, 100 rues piétonnes, 12 rue piétonne
Il y a 3 rues à Nantes et 2 villas
Rendez-vous place du Commerce le 8 mai
le 11 novembre place de la République
BP 2010 oil spill, BP shares
APT28 and APT 29 hackers
appartement 3 pièces, apartment 4 rooms
75011 Paris, 44000 Nantes, Springfield IL 62701
@NASA @NOAA_ESRL @NASAWebb @museedorsay @lequipe @univ_nantes @labanquepostale
@MuseeDuLouvre @seattletimes @BBCNews @TV5Monde @FCNantes @villedeparis @LouisVuitton
thanks @NASA, bravo @FCNantes, photo by @NASAHQPhoto, merci @villedeparis
Congrats @SpaceX and @BlueOrigin, thanks to the @Space_Station crew
Photo: @SeattleAquarium, crédit photo @MuseeOrsay, 📷 @esa
Merci à @INSERM et à @CNRS
Voir @marketplace @rosegarden @marinelife @austin @sydney @jade @GraceKelly @willow
@christmas2018 @remix2016 @normandie14 @michelin75
[email] [phone] [iban] [card] [nir] [siret] [ssn] [address] [handle] [link]
""".strip().split("\n")


@pytest.mark.parametrize("text", NEGATIVES)
def test_nothing_is_found(text):
    assert [(f.kind, text[f.start : f.end]) for f in find(text)] == []


def test_a_number_that_is_part_of_a_longer_one_is_none():
    for text in ("12344111111111111111", "9" * 40, "x0639981234", "0639981234x", "1.0639981234"):
        assert find(text) == []
