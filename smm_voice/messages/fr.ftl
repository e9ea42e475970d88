### Ce qui est dit en français. Mêmes identifiants et arguments que en.ftl ; un test les compare.
### Fonctions : PLACES (deux décimales), PERCENT, TIMES, SHORT ; voir numbers.py.

## Les modèles comparés : tête de colonne, nom dans une phrase, explication

arm-human = Humain
arm-floor = Autres marques
arm-base = Base
arm-prompted = Consignes
arm-candidate = Candidat
arm-champion = En service
arm-previous = Précédent
in-sentence-previous = modèle précédent
who-is-previous = le modèle utilisé avant celui d’aujourd’hui
rival-previous = le modèle précédent
arm-challenger = Prétendant
in-sentence-challenger = modèle prétendant
who-is-challenger = un modèle qui attend d’être mis en service
rival-challenger = le modèle prétendant
in-sentence-other = modèle { $name }
rival = le { $rival }
rival-base = le modèle de base
rival-prompted = le modèle de base avec consignes
rival-champion = le modèle en service
in-sentence-human = posts humains
in-sentence-floor = autres marques
in-sentence-base = modèle de base
in-sentence-prompted = modèle de base avec consignes
in-sentence-candidate = modèle candidat
in-sentence-champion = modèle en service
who-is-human = les vrais posts de la marque, sur les mêmes briefs : le plafond
who-is-floor = de vrais posts d’autres marques : le plancher
who-is-base = le modèle de langue avant tout entraînement
who-is-prompted = le même, qui reçoit avec chaque brief la charte éditoriale et des exemples de posts
who-is-candidate = le modèle qui vient d’être entraîné
who-is-champion = le modèle utilisé aujourd’hui

## Le verdict

verdict-no-voice = Pas de verdict sur la voix de la marque { $brand } : { $reasons }.
verdict-alone = { $subject } : indice de style { PLACES($index) } ; aucun autre modèle pour comparer.
verdict-nearer = Le { $subject } est plus proche de la voix de la marque { $brand } que { $rivals } : son indice de style est de { PLACES($index) }, où 0 correspond aux autres marques et 1 à { $brand }.
verdict-partly = Le { $subject } est plus proche de la voix de la marque { $brand } que { $beaten }, mais rien ne montre qu’il le soit plus que { $rivals } : son indice de style est de { PLACES($index) }, où 0 correspond aux autres marques et 1 à { $brand }.
verdict-not-shown = Rien ne montre que le { $subject } soit plus proche de la voix de la marque { $brand } que { $rivals } : son indice de style est de { PLACES($index) }, où 0 correspond aux autres marques et 1 à { $brand }.
verdict-rival = le { $rival } (indice { $index } ; écart { PLACES($difference) }, intervalle de { $low } à { $high })
verdict-cautions = Attention : { $cautions }.
unknown-number = inconnu
two-places = { PLACES($value) }
caution-axis = il { $said }
caution-caricature = il force le trait jusqu’à la caricature (indice au-dessus de 1,1)
caution-unsupported = { PERCENT($rate) } des faits vérifiables qu’il avance ne figurent ni dans le brief ni dans la fiche de faits

badge-yes = Oui
badge-reservations = Oui, avec réserves
badge-not-shown = Non démontré
badge-no = Non
badge-none = Pas de verdict
headline-yes = Plus proche de la voix de la marque { $brand } que { $rivals }.
headline-not-shown = Rien ne montre qu’il soit plus proche de la voix de la marque { $brand } que { $rivals }.
headline-no = Plus loin de la voix de la marque { $brand } que { $rivals }.
headline-alone = Rien à quoi comparer le { $subject }.
headline-none = La voix de la marque { $brand } n’a pas pu être mesurée.

## Que faire maintenant

next = Que faire maintenant
next-use = Lisez les posts ci-dessous. Si vous les signeriez, mettez le modèle en service.
next-use-after = Réglez d’abord les points ci-dessous ; mettez ensuite le modèle en service.
next-keep = Gardez ce qui est en service aujourd’hui.
next-more-briefs = { $briefs ->
    [one] { $briefs } brief ne révèle que des écarts d’au moins { PLACES($detectable) } écart-type. Évaluez avec plus de briefs (evaluation.briefs), ou entraînez sur plus de posts.
   *[other] { $briefs } briefs ne révèlent que des écarts d’au moins { PLACES($detectable) } écart-type. Évaluez avec plus de briefs (evaluation.briefs), ou entraînez sur plus de posts.
}
next-no-voice = Fournissez davantage de posts de la marque, ou des marques de référence de même langue et de même nature, puis relancez l’évaluation.
next-alone = Évaluez aussi le modèle de base et le modèle avec consignes : sans eux, nul ne peut dire ce que l’entraînement a apporté.
next-voice = Voix : entraînez sur des posts plus nombreux ou plus récents ; voyez plus bas ce qui diffère le plus.
next-caricature = Caricature : réduisez le nombre de passes d’entraînement (training.epochs) ou le taux d’apprentissage.
next-likeness = Ressemblance : un œil averti distingue encore ces posts des vôtres ; commencez par ce qui diffère le plus.
next-fluency = Langue : lisez les posts signalés comme fautifs ; un modèle de base plus grand écrit mieux.
next-homogeneity = Diversité : variez les briefs, augmentez generation.temperature ou réduisez le nombre de passes d’entraînement.
next-memorisation = Copie : ne publiez rien de ce qui est signalé comme copié ; réduisez le nombre de passes d’entraînement.
next-privacy = Données personnelles : ne publiez aucun des posts signalés ; déclarez dans le fichier de la marque ce qui est public (public).
next-facts = Faits : ne publiez aucun post qui contredit un fait ; avec generation.guard=true, ces posts sont réécrits.
next-unsupported = Faits sans source : faites vérifier chacun d’eux avant publication, et ajoutez ce qui est vrai au brief ou à la fiche de faits.
next-coverage = Substance : les posts disent peu de choses vérifiables ; donnez plus de faits dans les briefs.
next-recall = Briefs : le modèle omet ce qu’on lui demande de dire ; relisez chaque post en regard de son brief.

## Les axes

axis-voice = Voix
axis-likeness = Ressemblance
axis-fluency = Langue
axis-homogeneity = Diversité
axis-memorisation = Copie
axis-privacy = Données personnelles
axis-facts = Faits
axis-coverage = Substance
axis-recall = Briefs
outcome-passed = réussi
outcome-failed = échec
outcome-not-measured = non mesuré
axis-not-measured = non mesuré : { $reason }
no-data = pas de données

limit-voice = n’est pas assez proche de la voix de la marque ({ PLACES($value) } sur 1)
limit-likeness = se distingue des posts de la marque dans { PERCENT($value) } des paires (50 % reviendrait à deviner)
limit-predictable = est trop prévisible ({ PLACES($value) } fois la surprise des posts humains)
limit-fluency = n’écrit pas une bonne langue ({ PLACES($value) } fois la surprise des posts humains)
limit-spread = est régulier ou irrégulier comme aucun post humain ({ PLACES($value) } fois leur dispersion)
limit-nonwords = emploie { PERCENT($value) } de mots inconnus de plus que les posts humains
limit-repeats = se répète à l’intérieur des posts ({ PERCENT($value) } des groupes de mots)
limit-leaks = laisse paraître des consignes ou un gabarit dans { PERCENT($value) } des posts
limit-language = écrit dans une autre langue dans { PERCENT($value) } des posts
limit-homogeneity = produit des posts qui se ressemblent plus que les posts humains ({ PLACES($value) })
limit-copies = copie des posts d’entraînement ({ PERCENT($value) } des longs passages)
limit-near-duplicates = répète presque des posts d’entraînement ({ PERCENT($value) })
limit-patchwork = assemble des bribes de posts d’entraînement ({ PERCENT($value) })
limit-privacy = livre des données personnelles dans { PERCENT($value) } des posts de plus
limit-facts = contredit des faits ({ PLACES($value) } fois par post)
limit-coverage = ne dit presque rien de vérifiable ({ PERCENT($value) })
limit-recall = omet ce que le brief demande (en dit { PERCENT($value) })
fine-voice = est proche de la voix de la marque ({ PLACES($value) } sur 1)
fine-likeness = se distingue des posts de la marque dans { PERCENT($value) } des paires (50 % reviendrait à deviner)
fine-fluency = se lit comme des posts humains ({ PLACES($value) } fois leur surprise)
fine-homogeneity = est aussi varié que les posts humains ({ PLACES($value) })
fine-memorisation = ne copie pas plus que les posts humains
fine-privacy = ne livre pas plus de données personnelles que les posts humains
fine-facts = ne contredit aucun fait connu
fine-coverage = est vérifiable dans { PERCENT($value) } de ses propositions
fine-recall = dit { PERCENT($value) } de ce que les briefs demandent
almost-homogeneity = est moins varié que les posts humains, sans atteindre le seuil d’alerte ({ PLACES($value) })
almost-facts = contredit des faits { PLACES($value) } fois par post, sans atteindre le seuil d’alerte
almost-memorisation = copie un peu plus que les posts humains ({ PERCENT($value) } des longs passages)

## Le contrôle : un candidat peut-il remplacer le modèle en service ?

gate-promote = Le candidat peut remplacer le modèle en service.
gate-first = Le candidat peut être le premier modèle en service.
gate-language-not-asked = [{ $code }] pas évalué : { $count } posts de test, il en faut { $needed }
gate-in-language = [{ $code }] { $said }
gate-identical = il écrit exactement les mêmes posts que le modèle en service
gate-briefs = { $count } briefs ont reçu une réponse, il en faut { $needed }
gate-too-few-briefs = { $count } briefs ont reçu une réponse et il en faut { $needed } : augmentez evaluation.briefs ou attendez d’autres posts
gate-no-voice = sa voix ne peut pas être mesurée
gate-closeness = sa proximité avec la voix est de { PLACES($value) }, le minimum est { PLACES($least) }
gate-too-far = sa proximité avec la voix est de { PLACES($value) }, or le minimum est { PLACES($least) }
gate-axis-fluency = la langue
gate-axis-homogeneity = la variété
gate-axis-memorisation = la copie
gate-axis-privacy = les données personnelles
gate-axis-facts = les faits
gate-axis-coverage = les affirmations vérifiables
gate-axis-passed = il satisfait au critère : { $axis }
gate-axis-failed = il ne satisfait pas au critère : { $axis }
gate-axis-both = il ne satisfait pas au critère ({ $axis }), pas plus que le modèle en service sur les mêmes briefs : il suffit qu’il ne soit pas moins bon
gate-axis-unknown = { $axis } : pas de mesure, et sans mesure aucun candidat n’est admis
gate-axis-optional = { $axis } : pas de mesure
gate-rival-champion = le modèle en service
gate-rival-prompted = le modèle de base avec consignes
gate-voice-nearer = il est plus proche de la voix que { $rival } de { PLACES($value) } (de { PLACES($low) } à { PLACES($high) } ; { $count } briefs)
gate-voice-no-nearer = il n’est pas plus proche de la voix que { $rival } : { PLACES($value) } (de { PLACES($low) } à { PLACES($high) } ; { $count } briefs)
gate-voice-unclear = rien ne montre qu’il soit plus proche de la voix que { $rival } : { PLACES($value) } (de { PLACES($low) } à { PLACES($high) }) sur { $count } briefs ; { $power }
gate-voice-no-data = la proximité avec la voix, face à { $rival }, n’a pas pu être mesurée
gate-check-voice = la proximité avec la voix
gate-check-fluency = la langue
gate-check-contradictions = les faits contredits
gate-check-unsupported = les faits que personne n’a donnés
gate-check-recall = la reprise des faits du brief
gate-check-homogeneity = la variété
gate-check-homogeneity-first = la variété face au premier modèle
gate-check-copies = la copie
gate-no-worse = { $what } : pas moins bien qu’avant de plus de { PLACES($margin) } (de { PLACES($low) } à { PLACES($high) } ; { $count } briefs)
gate-worse = { $what } : moins bien qu’avant de plus de { PLACES($margin) } (de { PLACES($low) } à { PLACES($high) } ; { $count } briefs)
gate-unclear = { $what } : rien ne montre que ce ne soit pas moins bien qu’avant (de { PLACES($low) } à { PLACES($high) } sur { $count } briefs, une perte de { PLACES($margin) } est admise) ; { $power }
gate-alike-no-worse = { $what } : une ressemblance de { PLACES($low) } à { PLACES($high) } fois celle d’avant, { PLACES($margin) } est admis ({ $count } briefs)
gate-alike-worse = { $what } : une ressemblance de { PLACES($low) } à { PLACES($high) } fois celle d’avant, or { PLACES($margin) } est admis ({ $count } briefs)
gate-alike-unclear = { $what } : une ressemblance de { PLACES($low) } à { PLACES($high) } fois celle d’avant sur { $count } briefs, or { PLACES($margin) } est admis ; { $power }
gate-constant = { $what } : aucun brief ne diffère, mais { $count } ne suffisent pas à exclure une perte de { PLACES($margin) } : il en faudrait { $briefs }
gate-no-data = { $what } : pas de mesure ; là où il n’y en aura jamais, { $key } l’écarte
gate-varied = ses posts se ressemblent au plus { PLACES($high) } fois autant que ceux des humains, { PLACES($margin) } est admis
gate-alike = ses posts se ressemblent peut-être { PLACES($high) } fois autant que ceux des humains, et { PLACES($margin) } est admis
gate-alike-unknown = la ressemblance de ses posts n’a pas pu être mesurée
gate-power = la plus petite différence que ce nombre de briefs permet de montrer est de { PLACES($detectable) }
gate-power-briefs = la plus petite différence que ce nombre de briefs permet de montrer est de { PLACES($detectable) }, il faudrait environ { $briefs } briefs pour trancher
gate-power-unknown = on ignore ce que ce nombre de briefs permet de montrer

## Les mesures en mots

words-fail = { $count ->
    [one] Ne convient pas à { $brand } en l’état : { $count } texte échoue sur { $axes }.
   *[other] Ne conviennent pas à { $brand } en l’état : { $count } textes échouent sur { $axes }.
}
words-no-voice = { $count ->
    [one] Pas de verdict : la voix de la marque { $brand } n’a pas pu être mesurée sur { $count } texte.
   *[other] Pas de verdict : la voix de la marque { $brand } n’a pas pu être mesurée sur { $count } textes.
}
words-pass = { $count ->
    [one] { $count } texte passe pour { $brand } sur chaque axe mesuré.
   *[other] { $count } textes passent pour { $brand } sur chaque axe mesuré.
}
words-pass-but = { $count ->
    [one] { $count } texte passe pour { $brand } sur chaque axe mesuré (non mesuré : { $axes }).
   *[other] { $count } textes passent pour { $brand } sur chaque axe mesuré (non mesuré : { $axes }).
}
words-axis = { $axis } : { $said }
words-voice = { $index }{ $interval }, où 0 correspond aux autres marques et 1 à { $brand } : { $place }
words-interval = { " " }(de { PLACES($low) } à { PLACES($high) })
place-caricature = plus { $brand } que nature, une caricature
place-brand = comme écrit { $brand }
place-nearer = plus près de la marque { $brand } que des autres marques
place-others = plus près des autres marques que de la marque { $brand }
place-no-nearer = pas plus près de la marque { $brand } que ne le sont les autres marques
words-unsupported = { $said } ; { PERCENT($rate) } de ce qui est vérifiable ne figure ni dans le brief ni dans la fiche de faits
words-differing = Ce qui diffère le plus des posts de la marque { $brand } :
differing-share = { PERCENT($ours) } des posts { $feature } ; { PERCENT($brand) } pour la marque
differing-measure = { SHORT($ours) } { $feature } ; { SHORT($brand) } pour la marque
differing-told = { SHORT($ours) } par post, { SHORT($brand) } pour la marque
differing-hardly = { $feature } : la marque n’en emploie presque jamais ({ $told })
differing-no = { $feature } : jamais ({ $told })
differing-more = { $feature } : { TIMES($times) } fois plus ({ $told })
differing-fewer = { $feature } : moins ({ $told })

## La page

title = { $brand } : rapport sur la voix
question = { $brand } : le { $subject } parle-t-il comme la marque ?
basis = { $briefs ->
    [one] { $briefs } brief tiré d’un post plus récent que tout ce qui a servi à l’entraînement ; chaque modèle a répondu au même, avec le même tirage aléatoire. Les intervalles sont à { PERCENT($confidence) }. Un post dit peu, dix disent beaucoup : lisez les moyennes.
   *[other] { $briefs } briefs tirés de posts plus récents que tout ce qui a servi à l’entraînement ; chaque modèle a répondu aux mêmes, avec les mêmes tirages aléatoires. Les intervalles sont à { PERCENT($confidence) }. Un post dit peu, dix disent beaucoup : lisez les moyennes.
}
interval-joint = à

section-voice = Fidélité à la voix, et fluidité de la langue
voice-lead = Voix : 0 est la proximité des posts d’autres marques, 1 est { $brand }. Plus près de 1, mieux c’est ; bien au-dessus de 1, c’est une caricature. Fluidité : 1 se lit comme des posts humains, plus est moins bon, beaucoup moins est monotone. Les barres sont des intervalles : là où elles ne se recouvrent pas, l’écart n’est pas dû au hasard.
who-is-who = Qui est qui
chart-voice = Fidélité à la voix (indice de style)
chart-voice-scale = 0 = autres marques, 1 = { $brand }
chart-fluency = Fluidité (surprise / humain)
chart-fluency-scale = 1 = comme des posts humains
chart-no-value = pas de valeur
chart-voice-alt = Voix et fluidité de chaque modèle, avec intervalles. { $arms }.
chart-arm-alt = { $arm } : voix { $voice }, fluidité { $fluency }

section-axes = En clair
section-differing = Ce qui diffère le plus des posts de la marque { $brand }

section-posts = Les mêmes briefs, côte à côte
posts-lead = { $shown ->
    [one] { $shown } brief sur { $briefs } : celui où il y a le plus à vérifier chez le { $subject }.
   *[other] { $shown } briefs sur { $briefs } : d’abord ceux où il y a le plus à vérifier chez le { $subject }.
}
posts-more = { $count ->
    [one] encore { $count } brief
   *[other] encore { $count } briefs
}
posts-marked = Signalé :
post-rest = { $count ->
    [one] encore { $count } caractère
   *[other] encore { $count } caractères
}
post-empty = (rien n’a été écrit)
brief = Brief

section-facts = Faits inexacts ou sans source
facts-lead = Ce que dit le { $subject }, confronté au brief et à la fiche de faits. Le plus grave d’abord.
facts-none = Rien n’a été trouvé.
facts-rest = { $count ->
    [one] encore { $count } constat
   *[other] encore { $count } constats
}
facts-more = { $count ->
    [one] { $count } autre constat figure dans MLflow (eval/findings.json).
   *[other] { $count } autres constats figurent dans MLflow (eval/findings.json).
}
head-severity = gravité
head-finding = constat
head-words = mots
head-evidence = preuve
head-post = post
no-evidence = rien n’en parle
severity-high = élevée
severity-medium = moyenne
severity-low = faible

kind-personal = donnée personnelle
kind-forbidden = affirmation interdite
kind-contradicted = contredit un fait
kind-stale = vrai à un autre moment
kind-missing = mention obligatoire absente
kind-leak = reste de consignes
kind-language = autre langue
kind-unsupported = sans source
kind-copied = copié d’un post d’entraînement
kind-repeated = répétition
kind-nonword = mot inconnu
kind-off_voice = ton d’une autre marque
legend-contradicted = contredit un fait, ou est interdit
legend-unsupported = ne figure ni dans le brief ni dans la fiche de faits
legend-copied = copié, ou donnée personnelle
legend-off_voice = ton d’une autre marque
legend-repeated = faute de langue

section-variety = Diversité
variety-lead = À quel point les posts se ressemblent, comparés à ceux de la marque ; 1 : autant que des posts humains. Au-dessus de { PLACES($alarm) }, avec l’intervalle au-dessus de 1, c’est une alerte.
chart-variety = Uniformité (1 = comme des posts humains)
chart-variety-alt = Uniformité de chaque modèle, avec intervalles. { $arms }.
chart-value-alt = { $arm } : { $value }
variety-components = De quoi elle se compose
chart-versions = Uniformité, de version en version
chart-versions-voice = Fidélité à la voix, de version en version
chart-versions-alt = Indice de style et uniformité de chaque version enregistrée : { $versions }.
section-versions = De version en version
versions-lead = Les versions enregistrées auparavant, telles que mesurées alors ; les briefs ont pu différer.
this-version = celle-ci

section-copying = Copie : ce que le modèle répète et révèle
copying-copy = Part des suites de huit mots qui figurent aussi dans des posts d’entraînement, au-delà de ce que répètent les nouveaux posts de la marque { $brand }.
copying-near = Part des posts qui répètent presque un post d’entraînement, au-delà de ceux de la marque.
copying-patchwork = Part des paires de mots prises à des posts d’entraînement, au-delà de ceux de la marque ; élevée quand les posts sont faits de bribes.
copying-personal = Part des posts contenant des données personnelles, au-delà de ceux de la marque.
copying-extraction = Part des posts d’entraînement que le modèle poursuit mot pour mot quand on lui en donne le début, au-delà de posts jamais vus.
copying-membership = Quelqu’un qui dispose du modèle pourrait-il dire sur quels posts il a été entraîné ? 0,5 revient à deviner, 1 à en être sûr.
head-measure = mesure

section-strata = Points faibles
strata-lead = Le { $subject } face à chaque rival, par groupe de briefs. Signalé : là où une perte est démontrée.
strata-none = Aucun groupe ne montre de perte.
strata-loss = perte
head-group = groupe
head-metric = mesure
head-against = face à
head-difference = écart
head-interval = intervalle
head-n = briefs
dimension-platform = plateforme
dimension-language = langue
dimension-topic = thème
dimension-richness = brief

group-topic-only = sujet seul
group-with-facts = avec des faits
group-other = autres
group-unknown = inconnu

section-drift = Dérive
drift-none = Rien n’a encore été mesuré : la dérive suppose un modèle en service et des posts plus récents que lui.
drift-lead = De combien posts et réponses ont bougé, relevé après relevé. En pointillé : l’ordinaire de ce compte. Un losange est une alerte.
chart-drift-alt = { $series } : { $points }.

section-data = Données
data-lead = { $read } posts lus, { $kept } gardés.
data-test = Les briefs datent du { $from } au { $to } : plus récents que tout ce qui a été appris.
head-split = partie
head-posts = posts
head-from = du
head-to = au
split-train = entraînement
split-validation = validation
split-calibration = étalonnage
split-test = test
data-dropped = Écartés : { $reasons }.
data-reason = { $count } ({ $reason })
data-masked = Données personnelles masquées avant l’entraînement : { $kinds }.
data-unmasked = Aucune donnée personnelle n’a été trouvée dans les posts gardés.
data-kind = { $count } ({ $kind })
personal-email = adresses e-mail
personal-phone = numéros de téléphone
personal-iban = comptes bancaires
personal-card = cartes de paiement
personal-nir = numéros de sécurité sociale (France)
personal-siret = numéros SIRET
personal-ssn = numéros de sécurité sociale (États-Unis)
personal-address = adresses postales
personal-handle = comptes de personnes
data-sources = Sources : { $sources }.
data-fingerprint = Jeu de données

section-method = Méthode et limites
method-arms = Chaque modèle répond aux mêmes briefs, tirés de vrais posts qu’aucun modèle n’a vus ; le vrai post est la colonne « Humain ».
method-voice = La mesure de la voix est un classifieur de la manière d’écrire, sans les mots du sujet. Elle a été éprouvée sur des marques qu’elle n’avait jamais vues ; 0 et 1 sont leurs posts et ceux de la marque { $brand }.
method-quality = Elle distingue un post isolé de la marque { $brand } de celui d’une autre marque avec une AUC de { PLACES($post) } (0,5 revient à deviner, 1 à ne jamais se tromper).
method-quality-ten = Elle distingue un post isolé de la marque { $brand } de celui d’une autre marque avec une AUC de { PLACES($post) }, et dix posts avec { PLACES($ten) } (0,5 revient à deviner, 1 à ne jamais se tromper).
method-facts = Les faits sont vérifiés par type (nombres, dates, montants, comptes, liens, noms) d’après le brief et la fiche de faits. Une phrase inventée qui n’en contient aucun passe inaperçue.
method-differences = Les écarts sont appariés brief par brief ; les valeurs p viennent de permutations et sont corrigées pour le nombre de comparaisons (Holm).
method-small = Une mesure sur quelques dizaines de posts est grossière : lisez l’intervalle, pas la deuxième décimale.
method-judgement = Aucun chiffre ne remplace la lecture : faites lire une douzaine de posts par quelqu’un qui connaît la marque.
notes = Remarques sur les mesures
notes-english = Notes techniques (en anglais)
note-where = { $arms } : { $note }

section-scores = Toutes les mesures
scores-lead = Une ligne par mesure, une colonne par modèle. Dans MLflow, la valeur du candidat porte le nom indiqué ; celle d’un autre modèle se termine par son nom, par exemple voice/style_index.base.
head-best = idéal
best-higher = plus haut
best-lower = plus bas
invalid = non valable
section-differences = Écarts, brief par brief
head-pair = modèles
head-p = p
head-p-holm = p (Holm)
section-provenance = Provenance
provenance-lead = Ce qu’il faut pour tout refaire.
links = Liens

## Rapports en Markdown

markdown-worst = Posts à lire d’abord
markdown-findings = Constats

## Remarques des mesures, et preuves des constats

note-short = { $some ->
    [one] { $some } texte sur { $all } est trop court ou dans une autre langue
   *[other] { $some } textes sur { $all } sont trop courts ou dans une autre langue
}
note-no-length = { $count ->
    [one] { $count } texte n’a pas de post humain de longueur voisine
   *[other] { $count } textes n’ont pas de post humain de longueur voisine
}
note-too-short = { $count ->
    [one] { $count } texte est trop court pour en juger
   *[other] { $count } textes sont trop courts pour en juger
}
note-two-answers = aucun brief n’a deux réponses
note-cut = on ne sait pas quels textes ont été coupés
note-mandatory = la fiche de faits n’a pas de mention obligatoire
note-superlatives = la fiche de faits n’a pas de liste de superlatifs approuvés
note-no-mention = aucun texte n’appelle de mention obligatoire
note-no-judge = aucun modèle pour juger de la langue
note-no-texts = pas de textes
note-no-training = pas de posts d’entraînement
note-ten-texts = moins de dix textes : le verdict est fragile
note-caricature = au-dessus de 1,1 : une caricature de la marque plutôt que la marque
note-indicative = à titre indicatif : la marque n’a que { $count } posts d’entraînement
note-no-negatives = aucune réponse d’un modèle de base parmi les contre-exemples : c’est l’entraînement qui en produit
note-proof = éprouvé sur { $own } posts mis de côté et { $others } posts de marques jamais vues ({ $brands }) : AUC { PLACES($auc) } par post
note-judge = juge de la fluidité : { $judge }
note-invalid-auc = NON VALABLE : les posts de la marque ne se distinguent pas de ceux de marques jamais vues (AUC { PLACES($auc) }, il faut { PLACES($needed) })
note-invalid-posts = NON VALABLE : pas de posts de la marque mis de côté, ou aucun d’autres marques, pour fixer l’échelle
note-invalid-order = NON VALABLE : les posts de la marque mis de côté n’obtiennent pas plus que ceux d’autres marques
note-patchwork-judge = le juge ne voit pas une salade de mots faite des paires de mots de la marque ; memorisation/patchwork_excess la voit
evidence-off-voice = d’autres marques écrivent ainsi, plutôt que celle-ci
evidence-nonword = inconnu de la langue et de la marque
evidence-repeated = des mots de ce passage figurent { $times } fois dans ce texte
evidence-language = dans la langue { $code }
evidence-personal = { $kind }, non déclaré comme public
evidence-copied = { $tokens } mots et signes figurent dans le post d’entraînement { $post }
evidence-brief = brief : { $words }
evidence-brief-gives = le brief donne { $words }
evidence-also = { $words } (aussi : { $more })
evidence-sheet = fiche de faits : { $words }
evidence-calendar = calendrier : { $words }
evidence-known = connu du même genre : { $words }
evidence-superlative = ne figure pas parmi les superlatifs et garanties approuvés
evidence-mention = doit mentionner { $words }
evidence-label = étiquette d’un brief
evidence-preamble = préambule d’assistant

## Mesures : noms courts

short-voice-style_index = Indice de style
short-voice-closeness = Fidélité à la voix
short-voice-surface_index = Indice de surface
short-voice-human_likeness_auc = Distingué des posts humains
short-fluency-bits_per_byte_ratio = Langue, face à l’humain
short-fluency-nonword_rate = Mots inconnus
short-homogeneity-ratio = Uniformité
short-homogeneity-self_repetition_ratio = Formules toutes faites
short-homogeneity-distinct_2_ratio = Paires de mots différentes
short-homogeneity-compression_ratio = Compression
short-homogeneity-vendi_manner_ratio = Façons de bâtir un post
short-homogeneity-vendi_topics_ratio = Sujets différents
short-homogeneity-opener_entropy_ratio = Débuts
short-homogeneity-closer_entropy_ratio = Fins
short-homogeneity-template_rate = Gabarits
short-homogeneity-between_brief_ratio = Ressemblance d’un brief à l’autre
short-homogeneity-within_brief_ratio = Ressemblance pour un même brief
short-homogeneity-nearest_neighbour_ratio = Plus proche par le sens
short-homogeneity-log_ratio = Uniformité, en logarithmes
short-factuality-contradiction_rate = Posts qui contredisent un fait
short-factuality-stale_rate = Posts périmés
short-factuality-unsupported_rate = Faits sans source
short-factuality-coverage = Vérifiable
short-factuality-brief_recall = Dit ce que demande le brief
short-memorisation-copy_excess = Copié
short-memorisation-near_duplicate_excess = Quasi-doublons
short-memorisation-patchwork_excess = Assemblage de bribes
short-memorisation-personal_data_excess = Données personnelles
short-memorisation-extraction_excess = Extraction
short-memorisation-membership_auc = Appartenance
short-memorisation-canary_exposure = Secrets glissés

## Mesures : ce qu’elles sont

metric-voice-style_index = La manière, sans les mots du sujet : 0 = autres marques, 1 = les posts de la marque mis de côté ; mieux vaut plus près de 1, pas plus haut
metric-voice-closeness = 1 − |1 − indice de style| : la caricature est pénalisée
metric-voice-surface_index = Les caractères tels quels, sujets compris : 0 = autres marques, 1 = les posts de la marque mis de côté ; mieux vaut plus près de 1, pas plus haut
metric-voice-score_distance = Écart entre les notes des posts isolés et celles des posts humains (Kolmogorov-Smirnov, de 0 à 1)
metric-voice-human_likeness_auc = À quel point un classifieur distingue les textes de ceux de la marque, à longueurs égales : 0,5 = pas du tout, 1 = toujours
metric-fluency-bits_per_byte_ratio = Surprise d’un modèle juge, rapportée à sa surprise devant des posts humains ; un peu moins de 1 est bon
metric-fluency-bits_per_byte_spread = Variation de cette surprise d’un texte à l’autre, rapportée aux posts humains ; moins de 1 = trop régulier
metric-fluency-nonword_rate = Part des mots que ni la langue ni la marque ne connaissent
metric-fluency-nonword_excess = La même, moins le taux des posts de la marque
metric-fluency-repeated_ngrams = Part des groupes de trois mots qui reviennent dans le même texte, moins la part de la marque
metric-fluency-prompt_leak_rate = Part des textes où paraissent des consignes, un gabarit ou une conversation
metric-fluency-wrong_language_rate = Part des textes dans une autre langue
metric-fluency-unfinished_rate = Part des textes arrêtés par la limite de longueur
metric-homogeneity-ratio = À quel point les posts se ressemblent, comparés à ceux de la marque (moyenne géométrique des formules toutes faites, paires de mots, compression, manière, débuts et fins) ; plus de 1 = plus semblables, alerte au-dessus de 1,25
metric-homogeneity-self_repetition_ratio = Groupes de quatre mots qui reviennent dans d’autres posts, par rapport aux posts humains ; plus de 1 = plus de formules toutes faites
metric-homogeneity-distinct_2_ratio = Part de paires de mots différentes, par rapport aux posts humains ; moins de 1 = plus semblables
metric-homogeneity-ngram_diversity_ratio = Part de groupes d’un à quatre mots différents, par rapport aux posts humains ; moins de 1 = plus semblables
metric-homogeneity-compression_ratio = De combien gzip réduit les posts, par rapport aux posts humains ; plus de 1 = plus semblables
metric-homogeneity-vendi_topics_ratio = Nombre de sujets vraiment différents, par rapport aux posts humains ; moins de 1 = moins de sujets
metric-homogeneity-vendi_manner_ratio = Nombre de façons vraiment différentes de bâtir un post, hors sujets, par rapport aux posts humains ; moins de 1 = moins
metric-homogeneity-nearest_neighbour_ratio = Proximité de sens de chaque post avec celui qui lui ressemble le plus, par rapport aux posts humains ; plus de 1 = les posts en viennent à dire la même chose
metric-homogeneity-nearest_neighbour_95_ratio = Proximité de sens du vingtième le plus répété des posts avec un autre post, par rapport aux posts humains ; plus de 1 = quasi-copies
metric-homogeneity-opener_entropy_ratio = Nombre de façons différentes de commencer un post (trois premiers mots), par rapport aux posts humains : exponentielle de l’entropie ; moins de 1 = débuts tout faits
metric-homogeneity-closer_entropy_ratio = Nombre de façons différentes de finir un post (trois derniers mots), par rapport aux posts humains : exponentielle de l’entropie ; moins de 1 = fins toutes faites
metric-homogeneity-template_rate = Part des posts qui emploient un des trois débuts ou fins les plus courants, moins la même part des posts humains ; 0,20 = 20 posts de plus sur cent suivent un gabarit
metric-homogeneity-between_brief_ratio = Part de mots communs entre réponses à des briefs différents, par rapport aux posts humains ; plus de 1 = chaque brief reçoit à peu près la même réponse
metric-homogeneity-within_brief_ratio = Part de mots communs entre plusieurs réponses à un même brief, ceux du brief mis à part, par rapport à des posts humains sur d’autres sujets ; bien plus de 1 = un brief, toujours la même réponse
metric-factuality-contradiction_rate = Part des posts qui contredisent la fiche de faits ou le brief, ou avancent une affirmation interdite
metric-factuality-stale_rate = Part des posts qui énoncent ce qui était vrai à un autre moment
metric-factuality-unsupported_rate = Part des faits vérifiables que ni le brief ni la fiche de faits ne donnent
metric-factuality-superlative_rate = Part des posts avec un superlatif ou une garantie que la fiche de faits n’approuve pas
metric-factuality-brief_recall = Part des faits du brief que le post dit
metric-factuality-mandatory_recall = Part des mentions obligatoires applicables au post qui y figurent
metric-factuality-coverage = Part des propositions qui contiennent quelque chose de vérifiable ; le reste n’est pas jugé
metric-factuality-entailment_contradiction_rate = Part des posts qui contredisent la fiche de faits ou le brief selon un modèle local d’implication textuelle
metric-factuality-entailment_agreement = Kappa de Cohen entre un modèle local d’implication textuelle et la vérification des faits typés, sur les propositions contredites, parmi celles que la vérification trouve étayées ou contredites
metric-factuality-judge_contradiction_rate = Part des posts qui contredisent la fiche de faits ou le brief selon un modèle de langue comme juge
metric-factuality-judge_agreement = Kappa de Cohen entre un modèle de langue comme juge et la vérification des faits typés, sur les propositions contredites, parmi celles que la vérification trouve étayées ou contredites
metric-memorisation-copy_excess = Part des suites de huit mots présentes dans des posts d’entraînement, moins la part de la marque
metric-memorisation-longest_run_excess = Mots de la plus longue suite partagée avec un post d’entraînement, moins ceux de la marque
metric-memorisation-near_duplicate_excess = Part des textes qui répètent presque un post d’entraînement, moins la part de la marque
metric-memorisation-patchwork_excess = Part des paires de mots présentes dans des posts d’entraînement, moins la part de la marque ; élevée là où l’on n’assemble que des bribes
metric-memorisation-personal_data_excess = Part des textes contenant des données personnelles, moins la part de la marque
metric-voice-cross_entropy_gain = Bits par octet que l’adaptateur économise sur les posts de la marque mis de côté, face au modèle de base
metric-voice-cross_entropy_gain_others = Les mêmes sur les posts d’autres marques : ce que l’adaptateur a appris de n’importe quel post
metric-voice-cross_entropy_gain_excess = La première mesure moins la seconde : ce qui est propre à la marque
metric-memorisation-extraction_excess = Part des posts d’entraînement poursuivis mot pour mot depuis leurs premiers tokens, au-delà des posts mis de côté ; moyenne sur les longueurs de début
metric-memorisation-extraction_excess_5 = La même, depuis les 5 premiers tokens
metric-memorisation-extraction_excess_10 = La même, depuis les 10 premiers tokens
metric-memorisation-extraction_excess_20 = La même, depuis les 20 premiers tokens
metric-memorisation-sampled_extraction_excess = Part des posts d’entraînement que 1000 tirages reproduisent avec une probabilité de 0,9, au-delà des posts mis de côté
metric-memorisation-loss_gap = Bits par octet que l’adaptateur économise sur les posts d’entraînement, au-delà de ce qu’il économise sur ceux mis de côté
metric-memorisation-membership_auc = À quel point les posts d’entraînement se distinguent de ceux mis de côté par ce que l’adaptateur y économise ; 0,5 ne révèle rien
metric-voice-own_adapter_best = Part des marques dont les posts sont le mieux prédits par leur propre adaptateur
metric-voice-own_adapter_share = Part des posts que l’adaptateur de leur propre marque prédit mieux que tous les autres
metric-homogeneity-cross_brand_collapse = À quel point les posts générés s’attribuent à leur marque, par rapport aux posts humains ; moins de 1 = les marques se ressemblent de plus en plus
metric-factuality-guard_gain = Part des posts qui contredisent un fait ou avancent une affirmation interdite, parmi les premiers tirages, moins celle des posts retenus ; selon la vérification qui a choisi, donc jamais sous 0
metric-factuality-guard_cost = Posts tirés pour chaque post retenu ; 1 = rien n’a été tiré à nouveau
metric-memorisation-canary_exposure = Bits dont des secrets glissés à l’entraînement ressortent parmi des secrets au hasard ; 1,4 est le hasard

## Traits : un nom au pluriel, ou un verbe après « des posts »

feature-words = mots par post
feature-sentences = phrases
feature-words_per_sentence = mots par phrase
feature-letters_per_word = lettres par mot
feature-long_words = mots de sept lettres ou plus
feature-repeated_words = mots employés deux fois dans un post
feature-line_breaks = sauts de ligne
feature-empty_lines = lignes vides
feature-exclamation = points d’exclamation
feature-doubled_marks = signes doublés (!!, ?!)
feature-questions = points d’interrogation
feature-full_stops = points finals
feature-ellipses = points de suspension
feature-dashes = tirets
feature-commas = virgules
feature-colons = deux-points
feature-semicolons = points-virgules
feature-brackets = parenthèses et crochets
feature-quotes = guillemets droits ou anglais
feature-guillemets = guillemets français
feature-spaced_marks = signes précédés d’une espace (usage français)
feature-ampersands = esperluettes (&)
feature-slashes = barres obliques
feature-bullets = puces et flèches
feature-signs = signes de pourcentage et de monnaie
feature-numbers = nombres
feature-emoji = emojis
feature-links = liens
feature-handles = mentions de comptes
feature-hashtags = hashtags
feature-inner_hashtags = hashtags au fil des phrases
feature-inner_handles = mentions de comptes au fil des phrases
feature-opens_with_handle = commencent par une mention de compte
feature-opens_with_hashtag = commencent par un hashtag
feature-opens_with_emoji = commencent par un emoji
feature-opens_with_capitals = commencent par un mot en capitales
feature-opens_in_lower_case = commencent par une minuscule
feature-opens_with_question_word = commencent par un mot interrogatif
feature-opens_with_call = commencent par un appel à l’action
feature-ends_with_link = se terminent par un lien
feature-ends_with_hashtag = se terminent par un hashtag
feature-ends_with_emoji = se terminent par un emoji
feature-ends_with_full_stop = se terminent par un point
feature-ends_with_exclamation = se terminent par un point d’exclamation
feature-ends_with_question = se terminent par un point d’interrogation
feature-colon_before_link = mettent un deux-points avant le lien
feature-mark_before_link = terminent la phrase avant le lien
feature-capitals = mots en capitales
feature-capitalised = mots avec une majuscule
feature-calls = appels à l’action
feature-contractions = contractions et élisions
feature-first_singular = mots de la première personne du singulier (je, mon)
feature-first_plural = mots de la première personne du pluriel (nous, notre)
feature-second = mots d’adresse (vous, votre)
feature-familiar = mots de tutoiement (tu, ton)
feature-negations = négations

## Pourquoi des posts ont été écartés

reason-damaged_archive = archive zip endommagée ou tronquée
reason-protected_archive = archive zip protégée par un mot de passe
reason-zip_bomb = compressé bien au-delà de ce que permet du texte : refusé
reason-outside_path = chemin qui sort de la source : refusé
reason-damaged_file = fichier interrompu ou endommagé ; ce qui précède a été lu
reason-empty_file = fichier vide
reason-file_changed = fichier modifié pendant la lecture ; à reconstruire
reason-damaged_row = ligne illisible
reason-line_too_long = ligne de plus de 8 Mio
reason-not_a_post = la ligne n’est pas un post
reason-no_text = pas de texte
reason-no_time = date de publication absente ou impossible
reason-not_public = non publié pour tous
reason-total_row = ligne de totaux
reason-other_account = autre compte que celui demandé
reason-removed_on_request = retiré sur demande
reason-repost = post de quelqu’un d’autre
reason-reply = réponse
reason-care_reply = service client, et non la voix de la marque
reason-visitor_post = écrit par un visiteur de la page
reason-generated = écrit par un modèle : l’export ou le fichier de la marque le dit
reason-in_generation_log = presque un texte que le modèle de la marque a écrit (journal de génération)
reason-future_date = daté du futur
reason-cut_off = l’export ne contient que le début du texte
reason-too_short = trop peu de mots
reason-too_long = plus long que n’accepte aucune plateforme
reason-other_language = dans une langue qui n’est pas celle de la marque
reason-personal_data = contient des données personnelles d’un genre écarté
reason-repeated_id = le même post, d’un autre fichier
reason-exact_duplicate = dit exactement ce que dit un post antérieur
reason-near_duplicate = dit presque ce que dit un post antérieur
reason-similar_to_earlier_split = trop proche d’un post d’une partie antérieure, ce qui fausserait la mesure

## Dérive : un relevé des posts et du modèle

drift-title = { $brand } : dérive
drift-question = { $brand } : quelque chose a-t-il bougé ?
drift-badge-alarm = Oui
drift-badge-calm = Non
drift-badge-none = Inconnu
drift-headline-manner = { $brand } n’écrit plus comme avant.
drift-headline-stale = Le modèle garde des mots que { $brand } a abandonnés.
drift-headline-answers = Le modèle ne répond plus comme avant, et c’est pourtant le même.
drift-headline-variety = D’une version à l’autre, les posts des modèles se ressemblent davantage.
drift-headline-words = { $brand } emploie des mots qu’on ne lui connaissait pas.
drift-headline-topics = { $brand } parle d’autre chose, à sa manière habituelle.
drift-headline-calm = Rien n’a bougé plus que d’habitude.
drift-headline-none = On ne peut encore rien dire.
drift-sentence = { $recent } posts du { $recentFrom } au { $recentTo } ont été comparés aux { $older } posts du { $olderFrom } au { $olderTo }. Ce qui a bougé : { $found }.
drift-is-moved = { $aspect } oui
drift-is-seen = { $aspect } en partie
drift-is-same = { $aspect } non
drift-is-unknown = { $aspect } inconnu
drift-aspect-manner = manière
drift-aspect-topics = sujets
drift-aspect-words = mots nouveaux
drift-aspect-stale = mots délaissés
drift-aspect-answers = réponses du modèle
drift-aspect-variety = variété
drift-about-manner = Comment la marque écrit : phrases, ponctuation, émojis, petits mots.
drift-about-topics = De quoi parle la marque.
drift-about-words = Les mots nouveaux dans les posts de la marque.
drift-about-stale = Les mots que la marque a abandonnés et que le modèle garde.
drift-about-answers = Les réponses du modèle aux mêmes briefs, hier et aujourd’hui.
drift-about-variety = La ressemblance entre les posts des modèles, d’une version à l’autre.
drift-step-manner = Lisez les posts ci-dessous. Si la marque veut désormais écrire ainsi, faites entraîner le modèle à nouveau (scripts/retrain.py). Sinon, ce sont les nouveaux posts qu’il faut revoir, pas le modèle.
drift-step-topics = De nouveaux sujets ne demandent pas de nouveau modèle : ils viennent avec le brief. Vérifiez que la fiche de faits les connaît.
drift-step-words = Voyez si les mots nouveaux vont rester. Si oui, faites entraîner le modèle à nouveau (scripts/retrain.py).
drift-step-stale = Rayez les mots ci-dessous de ce que le modèle écrit, et faites-le entraîner sur des posts plus récents (scripts/retrain.py).
drift-step-answers = Demandez à qui exploite le modèle ce qui a changé : code, bibliothèques ou machine. Évaluez-le à nouveau (scripts/evaluate.py) avant de publier davantage de ses posts.
drift-step-variety = Ne laissez passer aucune version plus uniforme que la première ; donnez des briefs plus variés.
drift-step-calm = Il n’y a rien à faire. Le prochain relevé viendra avec les prochains posts.
drift-step-none = Attendez d’autres posts, ou donnez un jour plus ancien (since).
drift-step-changed = Certaines réponses diffèrent de celles que le même modèle donnait. Leur manière ne change pas ; signalez à qui l’exploite que code, bibliothèques ou machine ont changé.
drift-yes = a bougé
drift-seen = en partie
drift-no = comme d’habitude
drift-unknown = inconnu
drift-moves = Ce qui a bougé
drift-words = Les mots qui viennent et ceux qui partent
drift-words-lead = Nombre de posts qui contiennent le mot, avant et maintenant. Un refrain compte une fois.
drift-coming = Ils viennent
drift-going = Ils partent
drift-word = mot
drift-before = avant
drift-now = maintenant
drift-habits = Les habitudes qui diffèrent le plus
drift-habits-lead = Par post, en moyenne, avant → maintenant.
drift-pairs = Des posts, avant et maintenant
drift-pairs-lead = À droite, les posts récents les moins semblables aux anciens ; à gauche de chacun, le post plus ancien au sujet le plus proche.
drift-answers = Le même modèle, les mêmes briefs, d’autres réponses
drift-then = auparavant
drift-today = aujourd’hui
drift-signals = Tous les signaux
drift-signals-lead = { $count ->
    [one] Un seul relevé jusqu’ici. En pointillé : l’ordinaire de ce compte, d’après son propre passé. Une alerte se trouve au-dessus et n’est pas un hasard.
   *[other] { $count } relevés depuis le { $first }. En pointillé : l’ordinaire de ce compte, d’après son propre passé. Une alerte (en rouge) se trouve au-dessus et n’est pas un hasard.
}
drift-signal = signal
drift-value = valeur
drift-usual = ordinaire jusqu’à
drift-over-time = au fil du temps
drift-season = À côté des mêmes mois un an plus tôt : { $value }.
drift-remarks = Remarques
drift-method = Comment on le sait
drift-method-band = L’ordinaire se lit dans le passé du compte : des paires de fenêtres voisines, de mêmes tailles, qui diffèrent sans que rien n’ait bougé.
drift-method-alarm = Une alerte demande les deux : plus que l’ordinaire, et un test que le hasard ne passe pas, corrigé pour tous les tests de ce relevé.
drift-method-season = Ce que les mêmes mois de l’an dernier expliquent est la saison, et non une alerte.
drift-method-model = On pose au modèle les mêmes briefs avec les mêmes nombres aléatoires ; rien n’est entraîné, aucun modèle n’est changé.
drift-signal-input_style_auc = Manière : écart reconnaissable
drift-signal-input_psi = Manière : l’habitude qui a le plus bougé
drift-signal-input_topic_auc = Sujets : écart reconnaissable
drift-signal-input_style_novelty = Manière : du jamais vu
drift-signal-input_topic_novelty = Sujets : du jamais vu
drift-signal-input_mmd2 = Sujets : distance
drift-signal-new_word_rate = Mots nouveaux
drift-signal-staleness_index = Mots délaissés
drift-signal-output_changed = Réponses qui ont changé
drift-signal-output_style = Réponses : manière
drift-signal-homogeneity_first = Ressemblance, face au premier modèle
drift-signal-homogeneity_human = Ressemblance, face aux humains
drift-signal-homogeneity_chart = Ressemblance, toutes versions
drift-read-input_style_auc = Dans combien de paires sur cent on distingue un nouveau post d’un ancien à sa manière ; 50{" "}% serait deviner.
drift-read-input_psi = Indice de stabilité du trait lisible qui a le plus bougé ; 0 : aucun changement.
drift-read-input_topic_auc = Dans combien de paires sur cent on distingue un nouveau post d’un ancien à son sujet ; 50{" "}% serait deviner.
drift-read-input_style_novelty = De combien les nouveaux posts sont plus loin, par la manière, des anciens les plus proches que les anciens entre eux ; 0 : pas plus loin.
drift-read-input_topic_novelty = De combien les nouveaux posts sont plus loin, par le sujet, des anciens les plus proches que les anciens entre eux ; 0 : pas plus loin.
drift-read-input_mmd2 = Distance entre les sujets des anciens et des nouveaux posts ; 0 : aucune.
drift-read-new_word_rate = Part des mots des nouveaux posts qui manquent aux anciens.
drift-read-staleness_index = Combien de fois plus souvent que les posts récents de la marque le modèle emploie des mots en déclin.
drift-read-output_changed = Part des réponses du modèle qui ne sont plus les mêmes à la lettre.
drift-read-output_style = De combien la manière des réponses changées s’est déplacée, en écarts-types des posts humains.
drift-read-homogeneity_first = Combien de fois plus semblables que ceux du premier modèle sont les posts du modèle en service.
drift-read-homogeneity_human = Combien de fois plus semblables que ceux des humains ils sont.
drift-read-homogeneity_chart = La même chose sur une carte de contrôle de toutes les versions.

## Remarques de la surveillance

note-drift-few = { $older } posts anciens et { $recent } récents : il en faut au moins { $least } de chaque côté (monitor.minimum_posts)
note-drift-no-band = le passé ne contient que { $pairs } paires de fenêtres voisines : trop peu pour dire ce qui est normal pour ce compte, donc aucune alerte
note-drift-no-decline = aucun mot de la marque n’est en déclin : rien ne peut donc être dépassé
note-drift-written = il faut { $least } textes écrits par le modèle, et il y en a { $written }
note-drift-no-answers = pas de réponses aux mêmes briefs, avant et maintenant
note-drift-changed = le même modèle, les mêmes briefs et les mêmes graines donnent d’autres textes : poids, logiciel ou machine ne sont plus ce qu’ils étaient
note-drift-differ = { $differing } réponses diffèrent : il en faut { $least } pour comparer
note-drift-versions = { $versions } versions ont répondu aux mêmes briefs : il en faut deux pour comparer
note-drift-chart = { $versions } versions ont été mesurées : une carte de contrôle en demande { $least }
note-drift-powerless = avec { $tests } tests, aucun p ne peut être assez petit pour une alerte : prenez monitor.permutations={ $enough } ou plus
note-drift-first-look = premier relevé de ce modèle : ses réponses ont été gardées, les prochains relevés s’y compareront à la lettre

## Historique : ce que les modèles sont devenus

history-title = { $brand } : modèles, décisions, dérive
history-champion = La version { $version } est en service depuis le { $day } ({ $by }).
history-champion-undated = La version { $version } est en service.
history-no-champion = Aucun modèle de { $brand } n’est en service.
history-challenger = La version { $version } attend une décision : scripts/promote.py l’accepte, et il n’y a rien à faire pour la laisser.
history-decided = Dernière décision, le { $day } : { $decision }.
history-started = { $count ->
    [one] La tâche planifiée a tourné une fois, le { $day }.
   *[other] La tâche planifiée a tourné { $count } fois, la dernière le { $day }.
}
history-never-started = La tâche planifiée n’a pas encore tourné.
history-looked = Dernier relevé de dérive, le { $day } : { $state }.
history-never-looked = Aucun relevé de dérive n’a encore été fait.
history-drift-alarm = quelque chose a bougé
history-drift-calm = rien n’a bougé plus que d’habitude
history-drift-no-data = on n’a rien pu dire
history-by-train = par l’entraînement
history-by-retrain = par la tâche planifiée
history-by-person = par une personne
notice-title = { $brand } : { $decision }
notice-title-version = { $brand }, version { $version } : { $decision }
history-decision-nothing = rien à faire
history-decision-proposed = proposée
history-decision-promoted = mise en service
history-decision-refused = refusée
history-decision-stopped = arrêtée
history-decision-rolled_back = retirée
history-decision-failed = en échec
history-decision-unfinished = non terminée
history-trigger-drift = à cause d’une dérive
history-trigger-age = parce que le modèle en service est ancien
history-trigger-new_posts = à cause de nouveaux posts
history-trigger-first = le premier modèle
history-trigger-forced = forcée
history-versions = Les versions
history-versions-lead = Chacune telle qu’elle fut mesurée à son entraînement, sur des posts plus récents que ce qu’elle avait appris ; les briefs ont pu différer. Voix : 0, les autres marques ; 1, { $brand }.
history-no-versions = Aucune version n’est encore enregistrée.
history-version-head = N° de version
history-version = version n° { $version }
history-events = ce qu’elle est devenue
history-learned = A appris de posts jusqu’au { $day }.
history-registered = Enregistrée le { $day }.
history-promoted = En service à partir du { $day }, { $by }.
history-rolled-back = Retirée le { $day } : { $reason }
history-starts = Décisions de la tâche planifiée
history-quiet = { $count ->
    [one] Rien à faire : une fois, le { $last }.
   *[other] Rien à faire : { $count } fois, du { $first } au { $last }.
}
history-stages = Étape par étape
history-earlier = { $count ->
    [one] Une entrée plus ancienne
   *[other] { $count } entrées plus anciennes
}
history-left = { $count ->
    [one] Une entrée encore plus ancienne ne se trouve que dans MLflow.
   *[other] { $count } entrées encore plus anciennes ne se trouvent que dans MLflow.
}
