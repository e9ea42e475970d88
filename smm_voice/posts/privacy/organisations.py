"""Words by which the handle of an organisation, an office or a public figure is told."""

from __future__ import annotations

from smm_voice.posts.privacy.lists import words

# Whole words of a handle ("seattle_times", "MuseeDuLouvre"); no given name or surname among them.
WORDS = words(
    """
    academie academy actu aero aeroport africa agence agency air airline airlines airport alert
    alliance ambassade ambassador america american app apps aquarium arena army art artist artists
    arts asia asso association astro auto award awards bakery band bank banque bar basket
    basketball beach beauty beer bibliotheque bike bikes bio bistro blog board book books
    boulangerie boutique brand brewing bureau business cafe campaign campus car cars casino cdr
    center centre champion channel church cinema city class climate clinic clinique clothing club
    coalition coast coastal code coffee college comics comite comm commerce commission committee
    comms community company conf conference congress conseil consulting coop corp council country
    county creative crew culture cup cyber daily dance data deals defense department depot dept
    design designs dev digital director district division ecole edition editions edu education
    election electric embassy emploi energie energy engineering english equipe esport esports
    estate etudes eu europe event events expo express factory fair fans farm farms fashion fc
    federation fest festival film films finance fire fish fisheries fit fitness flash fleurs
    flight fondation food foods foot football force forces forum foundation fr france french fund
    galerie gallery game games gaming garage garden gardens gazette geo global gouv gouvernement
    gov government governor govt grill group groupe guard guide gym habitat hair health
    helicopters heritage hiking history home homes hopital hospital hotel hotels house hq hub immo
    inc industries industry info infos initiative innov innovation institut institute insurance
    intel international intl invest islands jazz jobs journal kids kitchen lab labs land law
    league learn library life ligue live llc lodge london ltd lycee mag magazine mairie mall
    marathon marche market marketing markets mayor media medical meteo metro ministere ministry
    mission mode motors movie musee museum music musique mutuelle nasa nation national nature
    network news ngo nonprofit ny nyc ocean oceans office official officiel officielle online
    opera orchestra org outdoor outdoors pac pacific paper paris park parks parti partners party
    perf pharma pharmacie photo photography photos pizza planet podcast police politics port post
    potus prefecture prefet presidence president presidente press presse prime prize prod
    productions program programme project projet properties publishing quebec race racing radio
    rail railway realestate realty recherche record records redaction region regional rep report
    republic rescue research resort restaurant restaurants review revue river rivers rugby saint
    sainte sales salon san sante satellite school schools sci science sciences sec secretary sen
    senat senate senator service services shop shopping show soccer social society solar solutions
    sound spa space sport sports st stadium station status ste store stores street studio studios
    style supply support surf syndicat system systems talk talks team tech technologies technology
    telescope tennis theater theatre times today toronto tour tourism tourisme tours town toys
    trade train training transport travel tribune trip trust tv uk union united univ universe
    universite university us usa vet video videos ville vin vineyard vins vote voyage voyages vp
    warriors watch water weather web week weekly wildlife wine winery wines works world xyz yacht
    yoga youth zoo
    """
)
# Long enough to be told inside a handle that is written as one word.
INSIDE = (
    "academy", "airlines", "airport", "alliance", "aquarium", "association", "boulangerie",
    "boutique", "centre", "channel", "cityof", "climate", "coastal", "college", "company",
    "council", "department", "energy", "explorer", "federation", "festival", "fisheries",
    "fondation", "football", "foundation", "france", "gazette", "images", "institut", "kitchen",
    "library", "magazine", "market", "media", "musee", "museum", "mutuelle", "nasa", "natgeo",
    "national", "network", "news", "noaa", "official", "officiel", "orchestra", "podcast",
    "police", "presse", "project", "quebec", "radio", "records", "research", "restaurant",
    "school", "seagrant", "service", "society", "sports", "station", "studio", "support",
    "theatre", "times", "tribune", "univers", "villede", "weather",
)  # fmt: skip
# Firms and brands that are named after a person.
EPONYMS = words(
    """
    alainafflelou alexandermcqueen andrerieu benandjerrys bettycrocker bobevans calvinklein
    carolinaherrera charlesschwab christiandior christianlacroix christianlouboutin davidyurman
    donnakaran drmartens eddiebauer elizabetharden franckprovost fredmeyer guylaroche
    harleydavidson harrywinston helenarubinstein hugoboss isabelmarant jackdaniels jackwolfskin
    jacquesdessange jacquesvabre jeanlouisdavid jeanpaulgaultier jimbeam jimmychoo johndeere
    johnhancock johnlewis johnniewalker jomalone katespade kennethcole lauramercier leroymerlin
    littledebbie louisvuitton marcjacobs marieclaire mariefrance marksandspencer marykay
    michaelhill michaelkors micheletaugustin morganstanley ninaricci oscardelarenta oscarmayer
    papajohns paulbocuse paulsmith philipmorris pierrecardin pierrefabre pierreherme ralphlauren
    raymondjames raymondweil robertmondavi rogergallet saralee soniarykiel stellaartois
    stellamccartney stevemadden tedbaker thierrymugler thomascook timhortons tommybahama
    tommyhilfiger toryburch traderjoes viviennewestwood williamssonoma yvesrocher yvessaintlaurent
    """
)
