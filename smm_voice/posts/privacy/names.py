"""Given names and surnames that a handle of a private person is likely to hold.

The commonest given names of the SSA (United States) and INSEE (France) lists, with the short forms
in use, and the commonest surnames of both countries; without accents, as handles are written.
"""

from __future__ import annotations

from smm_voice.posts.privacy.lists import words

_ENGLISH = """
aaron abby abigail adam adrian aiden alan albert alex alexa alexander alexandra alexis alfred ali
alice alicia alison allen allison alyssa amanda amber amelia amy ana andrea andrew andy angela
anita ann anna anne annie anthony antonio april arthur ashley ashleigh audrey austin ava barbara
barry beatrice becky bella ben benjamin benny bernard beth betty beverly bill billy blake bob bobby
bonnie brad bradley brandon brenda brett brian brianna brittany brooke bruce bryan caitlin caleb
cameron carl carla carlos carmen carol caroline carolyn carrie casey cassie catherine cathy charles
charlie charlotte chase chelsea cheryl chloe chris christian christina christine christopher cindy
claire clara clarence claudia cody cole colin colleen connie connor courtney craig crystal curtis
cynthia daisy dale dan daniel danielle danny darren dave david dawn dean debbie deborah debra
denise dennis derek diana diane don donald donna doris dorothy doug douglas drew dylan earl eddie
edith edward eileen elaine eleanor elena eli elijah elizabeth ella ellen ellie emily emma eric
erica erik erika erin ernest esther ethan eugene eva evan evelyn faith felicia fiona frances
francis frank fred gabriel gabriella gail gareth gary gavin gemma george georgia gerald gina glenn
gloria gordon grace graham grant greg gregory hailey hannah harold harriet harry heather heidi
helen henry holly hope howard hunter ian irene iris isaac isabel isabella ivy jack jackie jackson
jacob jacqueline jade jaime jake james jamie jane janet janice jared jasmine jason jay jean jeff
jeffrey jen jenna jennifer jenny jeremy jerry jess jesse jessica jill jim jimmy joan joanna joanne
joe joel john johnny jon jonathan jordan jorge jose joseph josh joshua joy joyce juan judith judy
julia julian julie june justin kaitlyn karen karl kate katherine kathleen kathryn kathy katie
katrina kayla keith kelly kelsey ken kenneth kenny kerry kevin kim kimberly kirsten kristen kristin
kristina kurt kyle larry laura lauren lawrence leah lee leo leonard leslie lewis liam lily linda
lindsay lindsey lisa liz logan lori louis louise lucas lucy luis luke lynn mackenzie madison maggie
manuel marcus margaret maria mariah marie marilyn mario marissa mark marsha martha martin marvin
mary mason matt matthew maureen max may megan melanie melissa melvin mia michael micheal michelle
miguel mike miranda molly monica morgan nancy naomi natalie natasha nathan nathaniel neil nicholas
nick nicole nigel nina noah nora norma norman oliver olivia oscar owen paige pamela pat patricia
patrick paul paula peggy penny pete peter phil philip phillip phyllis rachael rachel ralph randy
ray raymond rebecca rhonda ricardo rich richard rick ricky rita rob robert roberta robin roger ron
ronald rosa rose rosie ross roy ruby russell ruth ryan sally sam samantha samuel sandra sandy sara
sarah scott sean sebastian shane shannon sharon shaun shawn sheila shelby sheri sherry shirley
sierra simon sofia sophia sophie spencer stacey stacy stanley stella stephanie stephen steve steven
stuart sue summer susan suzanne sydney sylvia tamara tammy tanya tara taylor ted teresa terry
theodore theresa thomas tiffany tim timothy tina todd tom tommy toni tony tracey tracy travis
trevor tristan troy tyler valerie vanessa vera veronica vicky victor victoria vincent violet
virginia vivian walter wanda warren wayne wendy wesley will william willie yolanda yvonne zach
zachary zack zoe
"""
_FRENCH = """
adele adeline adrien agathe agnes aicha aime alain alban albane alexandre alexia alice aline alix
amandine ambre amelie amina anais andre andree ange angele angelique anne annick annie anouk
anthony antoine antoinette apolline arlette armand arnaud arthur aude audrey augustin aurelie
aurelien aurore axel axelle ayoub baptiste barbara basile bastien beatrice benedicte benjamin
benoit bernadette bernard berthe bertrand blandine brice brigitte bruno camille capucine carine
carole caroline cecile cedric celeste celia celine chantal charlene charles charlotte chloe
christel christelle christian christiane christine christophe clara claire claude claudette
claudine clemence clement clementine colette colin constance corentin corinne coralie cyril cyrille
damien danielle daniele daphne david delphine denis denise diane didier dimitri dominique dorian
dylan edith edmond edouard elena eliane elise elisabeth elodie eloise elsa emeline emile emilie
emma emmanuel emmanuelle enzo eric erwan estelle esteban ethan etienne eugene eugenie eva evelyne
fabien fabienne fabrice fanny farid fatima fatou felix fernand flavie fleur florence florent
florian florine france franck francine francis francois francoise frederic frederique gabin gabriel
gabrielle gaelle gaetan gaspard gaston genevieve georges gerald gerard germaine ghislaine gilbert
gilberte gilles ginette gisele gregory guillaume gustave guy gwenaelle hamza helene henri henriette
herve hugo hugues ibrahim ines inaya irene isabelle jacqueline jacques jade janine jean jeanne
jeannine jeremie jeremy jerome jocelyne joel joelle johanna jonathan jordan josephine josette
josiane juliane julie julien juliette justine karim karine kevin khadija laetitia lea leila lena
leon leonie leonore leo liliane lilou lina lionel lise loic lola lorenzo lou louane louis louise
louna luc lucas lucie lucien lucienne ludivine ludovic lydia lydie lylou mael maelle maeva magali
malik manon manuel marc marceau marcel marcelle margaux margot marguerite maria marie marielle
marina marine marion marius marjorie marlene marthe martin martine maryse mateo mathias mathieu
mathilde mathis matteo matthias matthieu maud maurice maxence maxime mehdi melanie melina melissa
melodie michel michele micheline mickael mireille mohamed monique morgane mourad muriel myriam
nadege nadia nadine nathalie nathan nicolas nicole nina noa noe noel noemie nolan nora oceane
odette odile olivia olivier pascal pascale patrice patricia patrick paul paule paulette pauline
philippe pierre pierrette quentin rachid raphael raymond raymonde regine regis remi remy renaud
rene renee robert robin roger roland romain romane romeo rosalie rose roxane sabine sabrina salome
samir samuel sandra sandrine sarah sebastien selma serge severine simon simone soline solene
solange sonia sophie stephane stephanie suzanne sylvain sylvie tanguy teddy theo theodore therese
thibault thibaut thierry thomas timeo titouan tom tristan valentin valentine valerie vanessa
veronique victoire victor vincent violette virginie viviane wilfried william xavier yacine yann
yannick yasmine yohan yolande youssef yves yvette yvonne zelie zoe
"""
# Names that are words, months, places or surnames of things first: a handle that holds one of them
# says little by itself ("rosegarden", "marinelife", "austin_75").
_ORDINARY = """
aime alix amber ambre ange apolline april aude aurore austin ava axel bella bill blake brooke
capucine carol casey celeste celia chance charlotte chase chelsea christian claire clara clement
clementine cole colin constance crystal daisy dale dawn dean diane don drew earl ella eva faith
felix fleur florence france francis frank gabin georgia glenn grace grant guy hailey heather holly
hope hugo hunter iris ivy jack jackson jade jasmine jay jean jordan joy june kelly kim lea lee lena
leo leon lewis lily logan lola lou louis luis luna madison marc marguerite marin marine mark martin
mason max may melodie mercedes mia miranda morgan noa noe noel ocean oceane olivier oscar owen
paige pat penny phil pierre ray reine rich rob robin romain romane rose rosie ross roy ruby russell
sally salome sam sandy serge sierra sofia spencer stella sue summer sydney ted taylor teddy tom
tyler valentin valentine victoire victor victoria violet violette virginia virginie warren wayne
wendy wesley will zoe
"""
_SURNAMES = """
adams allen anderson bailey baker barnes bell bennett brooks brown bryant butler campbell carter
castillo chavez clark coleman collins cook cooper cox cruz davies davis diaz doe edwards ellis
evans fisher flores ford foster garcia gibson gomez gonzales gonzalez graham gray green griffin
gutierrez hall hamilton harris harrison hayes henderson hernandez hill howard hughes jackson james
jenkins jimenez johnson jones jordan kelly kennedy khan kim king kowalski lee lewis long lopez
marshall martinez mcdonald mendoza miller mitchell moore morales morgan morris mueller murphy
murray myers nelson nguyen obrien olson ortiz owens parker patel patterson perez perry peterson
phillips powell price quinn ramirez ramos reed reynolds richardson rivera roberts robertson
robinson rodriguez rogers romero ross ruiz russell ryan sanchez sanders schmidt scott shaw silva
simmons simpson singh smith stevens stewart sullivan taylor thomas thompson torres tran turner
vasquez walker wallace ward watson webb west white williams wilson wood wright young andre arnaud
aubert barbier benoit berger bernard bertrand besson blanc blanchard bonnet boucher bouvier boyer
breton brun caron carpentier charpentier chevalier clement colin collet dasilva david deschamps
diallo dubois dufour dumas dumont dupont dupuis dupuy durand duval etienne fabre faure fernandez
fleury fontaine fournier francois gaillard garnier gauthier gautier gerard germain girard giraud
guerin guillaume guillot henry hubert huet jacob jacquet jean joly lacroix lambert laurent leblanc
leclerc leclercq lecomte lefebvre lefevre leger legrand lemaire lemoine leroux leroy lucas maillard
marchand marie martin masson mathieu mercier meunier meyer michel moreau morel morin moulin muller
nicolas noel olivier perrin petit philippe picard pierre poirier pons renard renaud renault rey
richard riviere robert robin roche roger rolland rousseau roussel roux roy royer schmitt schneider
simon traore vasseur vidal vincent weber
"""

GIVEN = words(_ENGLISH) | words(_FRENCH)
ORDINARY = words(_ORDINARY)
SURNAMES = words(_SURNAMES)
# How common words and places begin that begin like a name.
NOT_NAMES = (
    "albani", "albany", "alexandri", "angeles", "annales", "annals", "annapolis", "anneau", "annee",
    "annex", "adamant", "bethle", "carried", "carrier", "charleston", "christchurch", "christmas",
    "craigs", "donnant", "dough", "ethanol", "evange", "georgetown", "jacobins", "janeiro",
    "lisent", "liseuse", "lisez", "manuels", "mariach", "mariage", "maryland",
    "matter", "mattr", "maudit", "michelin", "nickel", "nickname", "normal", "normand", "petersb",
    "philippin", "philips", "register", "registr", "remind", "remini", "remis", "remix", "renega",
    "renew", "ruthless", "sarajevo", "saratoga", "sheriff", "theolog", "theor",
    "timeout", "toddler", "tonic", "tonight", "tonique", "verand",
)  # fmt: skip
