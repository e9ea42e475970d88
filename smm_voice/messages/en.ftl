### What is said in English. Same ids and arguments as fr.ftl; a test compares them.
### Functions: PLACES (two decimals), PERCENT, TIMES, SHORT; see numbers.py.

## The arms: heading of a column, name inside a sentence, explanation

arm-human = Human
arm-floor = Other brands
arm-base = Base
arm-prompted = Prompted
arm-candidate = Candidate
arm-champion = Champion
arm-previous = Previous
in-sentence-previous = previous
who-is-previous = the model in use before today's
rival-previous = the previous model
arm-challenger = Challenger
in-sentence-challenger = challenger
who-is-challenger = a model that waits to be promoted
rival-challenger = the challenger
in-sentence-other = { $name }
rival = { $rival }
rival-base = the base model
rival-prompted = the prompted base model
rival-champion = the model in use
in-sentence-human = human
in-sentence-floor = other brands
in-sentence-base = base
in-sentence-prompted = prompted
in-sentence-candidate = candidate
in-sentence-champion = champion
who-is-human = the brand's own posts on the same briefs: the ceiling
who-is-floor = real posts of other brands: the floor
who-is-base = the language model before any training
who-is-prompted = the same, given the style guide and sample posts with each brief
who-is-candidate = the newly trained model
who-is-champion = the model in use today

## The verdict

verdict-no-voice = No verdict on { $brand }'s voice: { $reasons }.
verdict-alone = { $subject }: style index { PLACES($index) }; there is no arm to compare.
verdict-nearer = The { $subject } is nearer to { $brand }'s voice than { $rivals }: its style index is { PLACES($index) }, where 0 is other brands and 1 is { $brand } itself.
verdict-partly = The { $subject } is nearer to { $brand }'s voice than { $beaten }, but not shown to be nearer than { $rivals }: its style index is { PLACES($index) }, where 0 is other brands and 1 is { $brand } itself.
verdict-not-shown = The { $subject } is not shown to be nearer to { $brand }'s voice than { $rivals }: its style index is { PLACES($index) }, where 0 is other brands and 1 is { $brand } itself.
verdict-rival = { $rival } (index { $index }; nearer by { PLACES($difference) }, interval { $low } to { $high })
verdict-cautions = Caution: { $cautions }.
unknown-number = unknown
two-places = { PLACES($value) }
caution-axis = it { $said }
caution-caricature = it overshoots into caricature (index above 1.1)
caution-unsupported = { PERCENT($rate) } of its checkable facts stand in no brief or fact sheet

badge-yes = Yes
badge-reservations = Yes, with reservations
badge-not-shown = Not shown
badge-no = No
badge-none = No verdict
headline-yes = Nearer to { $brand }'s voice than { $rivals }.
headline-not-shown = Not shown to be nearer to { $brand }'s voice than { $rivals }.
headline-no = Further from { $brand }'s voice than { $rivals }.
headline-alone = There is nothing to compare the { $subject } with.
headline-none = { $brand }'s voice could not be measured.

## What to do next

next = What to do next
next-use = Read the posts below. If you would sign them, let the model be promoted.
next-use-after = Mend the points below first; then let the model be promoted.
next-keep = Keep what runs today.
next-more-briefs = { $briefs ->
    [one] One brief shows only differences of { PLACES($detectable) } standard deviations or more. Evaluate with more briefs (evaluation.briefs), or train on more posts.
   *[other] { $briefs } briefs show only differences of { PLACES($detectable) } standard deviations or more. Evaluate with more briefs (evaluation.briefs), or train on more posts.
}
next-no-voice = Give more posts of the brand, or reference brands of its language and kind, and evaluate again.
next-alone = Evaluate together with the base model and the prompted model: without them nobody can say what training brought.
next-voice = Voice: train on more or newer posts; see below what differs most.
next-caricature = Caricature: train for fewer epochs (training.epochs), or at a lower learning rate.
next-likeness = Likeness: a trained eye still tells these posts from yours; start with what differs most.
next-fluency = Language: read the posts marked as faulty; a larger base model writes better.
next-homogeneity = Variety: give more different briefs, raise generation.temperature, or train for fewer epochs.
next-memorisation = Copying: publish nothing marked as copied; train for fewer epochs.
next-privacy = Personal data: publish none of the marked posts; list what is public in the brand's file (public).
next-facts = Facts: publish no post that contradicts a fact; generation.guard=true has such posts written again.
next-unsupported = Facts without a source: have each one checked before publishing, and add what is true to brief or fact sheet.
next-coverage = Substance: the posts say little that can be checked; give more facts in the briefs.
next-recall = Briefs: the model leaves out what it is asked to say; check every post against its brief.

## The axes

axis-voice = Voice
axis-likeness = Likeness
axis-fluency = Language
axis-homogeneity = Variety
axis-memorisation = Copying
axis-privacy = Personal data
axis-facts = Facts
axis-coverage = Substance
axis-recall = Briefs
outcome-passed = passes
outcome-failed = fails
outcome-not-measured = not measured
axis-not-measured = not measured: { $reason }
no-data = no data

limit-voice = is not near enough to the brand's voice ({ PLACES($value) } of 1)
limit-likeness = is told from the brand's own posts in { PERCENT($value) } of pairs (50% would be guessing)
limit-predictable = is too predictable ({ PLACES($value) } times the surprise of human posts)
limit-fluency = is no good language ({ PLACES($value) } times the surprise of human posts)
limit-spread = is even or uneven as no human posts are ({ PLACES($value) } times their spread)
limit-nonwords = has { PERCENT($value) } more unknown words than human posts
limit-repeats = repeats itself inside posts ({ PERCENT($value) } of the phrases)
limit-leaks = lets prompt or template text show in { PERCENT($value) } of posts
limit-language = is in another language in { PERCENT($value) } of posts
limit-homogeneity = is more alike from post to post than human posts ({ PLACES($value) })
limit-copies = copies training posts ({ PERCENT($value) } of the long phrases)
limit-near-duplicates = nearly repeats training posts ({ PERCENT($value) })
limit-patchwork = is joined from scraps of training posts ({ PERCENT($value) })
limit-privacy = holds personal data in { PERCENT($value) } of posts more
limit-facts = contradicts facts ({ PLACES($value) } times a post)
limit-coverage = says hardly anything that could be checked ({ PERCENT($value) })
limit-recall = leaves out what the brief asks for (says { PERCENT($value) })
fine-voice = is near the brand's voice ({ PLACES($value) } of 1)
fine-likeness = is told from the brand's own posts in { PERCENT($value) } of pairs (50% would be guessing)
fine-fluency = reads like human posts ({ PLACES($value) } times their surprise)
fine-homogeneity = is as varied as human posts ({ PLACES($value) })
fine-memorisation = copies no more than human posts do
fine-privacy = holds no more personal data than human posts
fine-facts = contradicts no known fact
fine-coverage = can be checked in { PERCENT($value) } of its clauses
fine-recall = says { PERCENT($value) } of what the briefs ask for
almost-homogeneity = is more alike than human posts, short of the alarm ({ PLACES($value) })
almost-facts = contradicts facts { PLACES($value) } times a post, short of the alarm
almost-memorisation = copies a little more than human posts do ({ PERCENT($value) } of the long phrases)

## The gate: may a candidate replace the model in use?

gate-promote = The candidate may replace the model in use.
gate-first = The candidate may be the first model in use.
gate-language-not-asked = [{ $code }] not asked: { $count } test posts, { $needed } are needed
gate-in-language = [{ $code }] { $said }
gate-identical = it writes the very same posts as the model in use
gate-briefs = { $count } briefs were answered, { $needed } are needed
gate-too-few-briefs = { $count } briefs were answered and { $needed } are needed: raise evaluation.briefs or wait for more posts
gate-no-voice = its voice cannot be measured
gate-closeness = its closeness to the voice is { PLACES($value) }, { PLACES($least) } is the least
gate-too-far = its closeness to the voice is { PLACES($value) }, and { PLACES($least) } is the least
gate-axis-fluency = language
gate-axis-homogeneity = variety
gate-axis-memorisation = copying
gate-axis-privacy = personal data
gate-axis-facts = facts
gate-axis-coverage = saying something that can be checked
gate-axis-passed = it passes on { $axis }
gate-axis-failed = it fails on { $axis }
gate-axis-both = it fails on { $axis }, as the model in use does on the same briefs: what counts is that it is no worse
gate-axis-unknown = { $axis } could not be measured, and nobody passes on that
gate-axis-optional = { $axis } could not be measured
gate-rival-champion = the model in use
gate-rival-prompted = the prompted base model
gate-voice-nearer = it is nearer to the voice than { $rival } by { PLACES($value) } ({ PLACES($low) } to { PLACES($high) }; { $count } briefs)
gate-voice-no-nearer = it is no nearer to the voice than { $rival }: { PLACES($value) } ({ PLACES($low) } to { PLACES($high) }; { $count } briefs)
gate-voice-unclear = it is not shown to be nearer to the voice than { $rival }: { PLACES($value) } ({ PLACES($low) } to { PLACES($high) }) on { $count } briefs; { $power }
gate-voice-no-data = nearness to the voice beside { $rival } could not be measured
gate-check-voice = nearness to the voice
gate-check-fluency = language
gate-check-contradictions = contradicted facts
gate-check-unsupported = facts that nobody gave
gate-check-recall = telling the facts of the brief
gate-check-homogeneity = variety
gate-check-homogeneity-first = variety beside the first model
gate-check-copies = copying
gate-no-worse = { $what }: no worse than before by more than { PLACES($margin) } ({ PLACES($low) } to { PLACES($high) }; { $count } briefs)
gate-worse = { $what }: worse than before by more than { PLACES($margin) } ({ PLACES($low) } to { PLACES($high) }; { $count } briefs)
gate-unclear = { $what }: not shown to be no worse than before ({ PLACES($low) } to { PLACES($high) } on { $count } briefs, a loss of { PLACES($margin) } is accepted); { $power }
gate-alike-no-worse = { $what }: { PLACES($low) } to { PLACES($high) } times as alike as before, { PLACES($margin) } is accepted ({ $count } briefs)
gate-alike-worse = { $what }: { PLACES($low) } to { PLACES($high) } times as alike as before, and { PLACES($margin) } is accepted ({ $count } briefs)
gate-alike-unclear = { $what }: { PLACES($low) } to { PLACES($high) } times as alike as before on { $count } briefs, and { PLACES($margin) } is accepted; { $power }
gate-constant = { $what }: no brief differs, but { $count } are too few to rule out a loss of { PLACES($margin) }: { $briefs } would do
gate-no-data = { $what }: could not be measured; where it never can be, { $key } leaves it out
gate-varied = its posts are at most { PLACES($high) } times as alike as people's, { PLACES($margin) } is accepted
gate-alike = its posts may be { PLACES($high) } times as alike as people's, and { PLACES($margin) } is accepted
gate-alike-unknown = how alike its posts are could not be measured
gate-power = the smallest difference that so many briefs show is { PLACES($detectable) }
gate-power-briefs = the smallest difference that so many briefs show is { PLACES($detectable) }, about { $briefs } briefs would settle it
gate-power-unknown = what so many briefs can show is unknown

## Scores in words

words-fail = { $count ->
    [one] Not fit for { $brand } as it is: { $count } text fails on { $axes }.
   *[other] Not fit for { $brand } as they are: { $count } texts fail on { $axes }.
}
words-no-voice = { $count ->
    [one] No verdict: { $brand }'s voice could not be measured on { $count } text.
   *[other] No verdict: { $brand }'s voice could not be measured on { $count } texts.
}
words-pass = { $count ->
    [one] { $count } text passes for { $brand } on every axis that was measured.
   *[other] { $count } texts pass for { $brand } on every axis that was measured.
}
words-pass-but = { $count ->
    [one] { $count } text passes for { $brand } on every axis that was measured (not measured: { $axes }).
   *[other] { $count } texts pass for { $brand } on every axis that was measured (not measured: { $axes }).
}
words-axis = { $axis }: { $said }
words-voice = { $index }{ $interval }, where 0 is other brands and 1 is { $brand } itself: { $place }
words-interval = { " " }({ PLACES($low) } to { PLACES($high) })
place-caricature = more like { $brand } than { $brand }, a caricature
place-brand = as { $brand } writes
place-nearer = nearer to { $brand } than to other brands
place-others = nearer to other brands than to { $brand }
place-no-nearer = no nearer to { $brand } than other brands are
words-unsupported = { $said }; { PERCENT($rate) } of what can be checked stands in neither brief nor fact sheet
words-differing = What differs most from { $brand }'s own posts:
differing-share = { PERCENT($ours) } of the posts { $feature }; of the brand's, { PERCENT($brand) }
differing-measure = { SHORT($ours) } { $feature }; the brand, { SHORT($brand) }
differing-told = { SHORT($ours) } a post, the brand { SHORT($brand) }
differing-hardly = { $feature }, which the brand hardly uses ({ $told })
differing-no = no { $feature } ({ $told })
differing-more = { TIMES($times) }× as many { $feature } ({ $told })
differing-fewer = fewer { $feature } ({ $told })

## The page

title = { $brand }: voice report
question = { $brand }: does the { $subject } sound like the brand?
basis = { $briefs ->
    [one] { $briefs } brief from a post newer than anything trained on; every arm answered the same one with the same random numbers. Intervals are { PERCENT($confidence) }. One post says little, ten say much: read the averages.
   *[other] { $briefs } briefs from posts newer than anything trained on; every arm answered the same ones with the same random numbers. Intervals are { PERCENT($confidence) }. One post says little, ten say much: read the averages.
}
interval-joint = to

section-voice = Voice, and language beside it
voice-lead = Voice: 0 is how near other brands' posts come, 1 is { $brand } itself. Nearer to 1 is better; far above 1 is caricature. Fluency: 1 reads as human posts do, more is worse, far less is monotonous. Bars are intervals: where they do not overlap, the difference is no accident.
who-is-who = Who is who
chart-voice = Voice (style index)
chart-voice-scale = 0 = other brands, 1 = { $brand }
chart-fluency = Fluency (surprise / human)
chart-fluency-scale = 1 = as human posts
chart-no-value = no value
chart-voice-alt = Voice and fluency of every arm with intervals. { $arms }.
chart-arm-alt = { $arm }: voice { $voice }, fluency { $fluency }

section-axes = In words
section-differing = What differs most from { $brand }'s own posts

section-posts = The same briefs, side by side
posts-lead = { $shown ->
    [one] One brief.
   *[other] { $shown } of { $briefs } briefs: first those where the { $subject } has most to be checked.
}
posts-more = { $count ->
    [one] { $count } more brief
   *[other] { $count } more briefs
}
posts-marked = Marked:
post-rest = { $count ->
    [one] { $count } more character
   *[other] { $count } more characters
}
post-empty = (nothing was written)
brief = Brief

section-facts = Facts that do not hold or have no source
facts-lead = What the { $subject } says, held against brief and fact sheet. Worst first.
facts-none = Nothing was found.
facts-rest = { $count ->
    [one] { $count } more finding
   *[other] { $count } more findings
}
facts-more = { $count ->
    [one] { $count } more finding is in MLflow (eval/findings.json).
   *[other] { $count } more findings are in MLflow (eval/findings.json).
}
head-severity = severity
head-finding = finding
head-words = words
head-evidence = evidence
head-post = post
no-evidence = nothing speaks of it
severity-high = high
severity-medium = medium
severity-low = low

kind-personal = personal data
kind-forbidden = forbidden claim
kind-contradicted = contradicts a fact
kind-stale = true at another time
kind-missing = mandatory mention missing
kind-leak = text of a prompt
kind-language = another language
kind-unsupported = no source
kind-copied = copied from a training post
kind-repeated = repetition
kind-nonword = unknown word
kind-off_voice = as other brands write
legend-contradicted = contradicts a fact, or is forbidden
legend-unsupported = stands in no brief or fact sheet
legend-copied = copied, or personal data
legend-off_voice = as other brands write
legend-repeated = language at fault

section-variety = Variety
variety-lead = How alike the posts are beside the brand's own; 1 is as alike as human posts are. Above { PLACES($alarm) }, with the interval above 1, is an alarm.
chart-variety = Sameness (1 = as human posts)
chart-variety-alt = Sameness of every arm with intervals. { $arms }.
chart-value-alt = { $arm }: { $value }
variety-components = What it is made of
chart-versions = Sameness from version to version
chart-versions-voice = Voice from version to version
chart-versions-alt = Style index and sameness of each registered version: { $versions }.
section-versions = From version to version
versions-lead = The versions registered earlier, each as it was measured then; briefs may have differed.
this-version = this one

section-copying = Copying and what the model gives away
copying-copy = Share of eight-word phrases that also stand in training posts, beyond what { $brand }'s own new posts repeat.
copying-near = Share of posts that nearly repeat a training post, beyond the brand's own.
copying-patchwork = Share of word pairs taken from training posts, beyond the brand's own; high where posts are joined from scraps.
copying-personal = Share of posts with personal data, beyond the brand's own.
copying-extraction = Share of training posts that the model goes on with word for word when given their beginning, beyond posts it never saw.
copying-membership = Whether somebody with access to the model could tell which posts it was trained on: 0.5 is guessing, 1 is certainty.
head-measure = measure

section-strata = Where it is weak
strata-lead = The { $subject } against each rival, by group of briefs. Marked: where a loss is shown.
strata-none = No group shows a loss.
strata-loss = loss
head-group = group
head-metric = measure
head-against = against
head-difference = difference
head-interval = interval
head-n = briefs
dimension-platform = platform
dimension-language = language
dimension-topic = topic
dimension-richness = brief

group-topic-only = topic only
group-with-facts = with facts
group-other = other
group-unknown = unknown

section-drift = Drift
drift-none = Nothing has been measured yet: drift needs a model in use and posts newer than it.
drift-lead = How far posts and answers have moved, look by look. Dashed: what is usual for this account. A diamond is an alarm.
chart-drift-alt = { $series }: { $points }.

section-data = Data
data-lead = { $read } posts read, { $kept } kept.
data-test = The briefs are of { $from } to { $to }: later than anything learned.
head-split = part
head-posts = posts
head-from = from
head-to = to
split-train = training
split-validation = validation
split-calibration = calibration
split-test = test
data-dropped = Left out: { $reasons }.
data-reason = { $count } ({ $reason })
data-masked = Personal data masked before training: { $kinds }.
data-unmasked = No personal data was found in the posts kept.
data-kind = { $count } ({ $kind })
personal-email = e-mail addresses
personal-phone = telephone numbers
personal-iban = bank accounts
personal-card = payment cards
personal-nir = French social security numbers
personal-siret = French company numbers
personal-ssn = US social security numbers
personal-address = postal addresses
personal-handle = handles of people
data-sources = Sources: { $sources }.
data-fingerprint = Dataset

section-method = Method and limits
method-arms = Every arm answers the same briefs, made of real posts that no model has seen; the real post is the human arm.
method-voice = The voice score is a classifier of manner, without topic words. It was proved on brands it never saw; 0 and 1 are their posts and { $brand }'s.
method-quality = It tells a single post of { $brand } from another brand's with an AUC of { PLACES($post) } (0.5 is guessing, 1 is never wrong).
method-quality-ten = It tells a single post of { $brand } from another brand's with an AUC of { PLACES($post) }, and ten posts with { PLACES($ten) } (0.5 is guessing, 1 is never wrong).
method-facts = Facts are checked by type (numbers, dates, money, handles, links, names) against brief and fact sheet. An invented sentence without any of these is not seen.
method-differences = Differences are paired brief by brief; p-values come from permutations and are adjusted for the number of comparisons (Holm).
method-small = A score of a few dozen posts is rough: read the interval, not the second decimal.
method-judgement = No figure replaces reading: have somebody who knows the brand read a dozen posts.
notes = Notes on the measurements
notes-english = Technical notes (in English)
note-where = { $arms }: { $note }

section-scores = All scores
scores-lead = One row a measure, one column an arm. In MLflow the candidate's value has the name shown; another arm's ends in its name, such as voice/style_index.base.
head-best = best
best-higher = higher
best-lower = lower
invalid = invalid
section-differences = Differences, brief by brief
head-pair = arms
head-p = p
head-p-holm = p (Holm)
section-provenance = Provenance
provenance-lead = What is needed to run this again.
links = Links

## Reports in Markdown

markdown-worst = Posts to look at first
markdown-findings = Findings

## Notes that metrics make, and evidence of findings

note-short = { $some ->
    [one] { $some } of { $all } texts is too short or in another language
   *[other] { $some } of { $all } texts are too short or in another language
}
note-no-length = { $count ->
    [one] { $count } text has no human post of about its length
   *[other] { $count } texts have no human post of about their length
}
note-too-short = { $count ->
    [one] { $count } text is too short to tell
   *[other] { $count } texts are too short to tell
}
note-two-answers = no brief has two answers
note-cut = it is not known which texts were cut
note-mandatory = the fact sheet has no mandatory mentions
note-superlatives = the fact sheet has no list of approved superlatives
note-no-mention = no text needs a mandatory mention
note-no-judge = no judge model at hand
note-no-texts = no texts
note-no-training = no training posts
note-ten-texts = fewer than ten texts: the verdict is weak
note-caricature = above 1.1: a caricature of the brand rather than the brand
note-indicative = indicative only: the brand has { $count } training posts
note-no-negatives = no answers of a base model are among the negatives: training makes them
note-proof = proved on { $own } held-out posts and { $others } posts of brands never seen ({ $brands }): AUC { PLACES($auc) } a post
note-judge = judge of fluency: { $judge }
note-invalid-auc = INVALID: the brand's posts cannot be told from brands never seen (AUC { PLACES($auc) }, { PLACES($needed) } is needed)
note-invalid-posts = INVALID: no held-out posts of the brand, or none of other brands, to anchor it
note-invalid-order = INVALID: the brand's held-out posts do not score above other brands' posts
note-patchwork-judge = the judge does not see word salad made of the brand's own word pairs; memorisation/patchwork_excess does
evidence-off-voice = other brands write so rather than this one
evidence-nonword = unknown to the language and to the brand
evidence-repeated = words of it stand { $times } times in this text
evidence-language = in the language { $code }
evidence-personal = { $kind }, and not listed as public
evidence-copied = { $tokens } tokens stand in the training post { $post }
evidence-brief = brief: { $words }
evidence-brief-gives = the brief gives { $words }
evidence-also = { $words } (also: { $more })
evidence-sheet = fact sheet: { $words }
evidence-calendar = calendar: { $words }
evidence-known = known of its sort: { $words }
evidence-superlative = not among the approved superlatives and guarantees
evidence-mention = must mention { $words }
evidence-label = label of a brief
evidence-preamble = a helper's preamble

## Measures: short names

short-voice-style_index = Style index
short-voice-closeness = Closeness to the voice
short-voice-surface_index = Surface index
short-voice-human_likeness_auc = Told from human posts
short-fluency-bits_per_byte_ratio = Language beside human
short-fluency-nonword_rate = Unknown words
short-homogeneity-ratio = Sameness
short-homogeneity-self_repetition_ratio = Stock phrases
short-homogeneity-distinct_2_ratio = Different word pairs
short-homogeneity-compression_ratio = Compression
short-homogeneity-vendi_manner_ratio = Ways of building a post
short-homogeneity-vendi_topics_ratio = Different topics
short-homogeneity-opener_entropy_ratio = Openers
short-homogeneity-closer_entropy_ratio = Closers
short-homogeneity-template_rate = Templates
short-homogeneity-between_brief_ratio = Alike across briefs
short-homogeneity-within_brief_ratio = Alike within a brief
short-homogeneity-nearest_neighbour_ratio = Nearest in meaning
short-homogeneity-log_ratio = Sameness, in logs
short-factuality-contradiction_rate = Posts that contradict a fact
short-factuality-stale_rate = Posts out of date
short-factuality-unsupported_rate = Facts without a source
short-factuality-coverage = Can be checked
short-factuality-brief_recall = Says what the brief asks
short-memorisation-copy_excess = Copied
short-memorisation-near_duplicate_excess = Near-duplicates
short-memorisation-patchwork_excess = Patchwork
short-memorisation-personal_data_excess = Personal data
short-memorisation-extraction_excess = Extraction
short-memorisation-membership_auc = Membership
short-memorisation-canary_exposure = Planted secrets

## Measures: what they are (the English ones as the metrics declare them)

metric-voice-style_index = Manner without topic words: 0 = other brands, 1 = the brand's own held-out posts; nearer to 1 is better, not larger
metric-voice-closeness = 1 − |1 − style index|: caricature counts against it
metric-voice-surface_index = Characters as they stand, topics included: 0 = other brands, 1 = the brand's own held-out posts; nearer to 1 is better, not larger
metric-voice-score_distance = How differently single posts score from human ones (Kolmogorov-Smirnov, 0 to 1)
metric-voice-human_likeness_auc = How well a classifier tells the texts from the brand's own, lengths matched: 0.5 = not at all, 1 = always
metric-fluency-bits_per_byte_ratio = Surprise of a judge model over its surprise at human posts; a little under 1 is good
metric-fluency-bits_per_byte_spread = How much that surprise differs from text to text, over human; below 1 = too even
metric-fluency-nonword_rate = Share of words that neither the language nor the brand knows
metric-fluency-nonword_excess = The same, minus the rate of the brand's own posts
metric-fluency-repeated_ngrams = Share of three-word phrases that recur inside their text, minus the brand's own share
metric-fluency-prompt_leak_rate = Share of texts with words of a prompt, a template or a chat in them
metric-fluency-wrong_language_rate = Share of texts in another language
metric-fluency-unfinished_rate = Share of texts that ran into the length limit
metric-homogeneity-ratio = How alike the posts are beside the brand's own (geometric mean of stock phrases, word pairs, compression, manner, openers and closers); above 1 = more alike, alarm above 1.25
metric-homogeneity-self_repetition_ratio = Four-word phrases that come back in other posts, over human; above 1 = more stock phrases
metric-homogeneity-distinct_2_ratio = Share of different word pairs, over human; below 1 = more alike
metric-homogeneity-ngram_diversity_ratio = Share of different phrases of one to four words, over human; below 1 = more alike
metric-homogeneity-compression_ratio = How far gzip shrinks the posts, over human; above 1 = more alike
metric-homogeneity-vendi_topics_ratio = How many truly different topics the posts amount to, over human; below 1 = fewer topics
metric-homogeneity-vendi_manner_ratio = How many truly different ways of building a post there are, topics left out, over human; below 1 = fewer
metric-homogeneity-nearest_neighbour_ratio = How near in meaning each post is to the one most like it, over human; above 1 = posts come closer to saying the same
metric-homogeneity-nearest_neighbour_95_ratio = How near in meaning the most repeated twentieth of the posts comes to another post, over human; above 1 = near-copies
metric-homogeneity-opener_entropy_ratio = How many different ways of beginning a post (first three words) are in use, over human: e to the entropy; below 1 = stock openers
metric-homogeneity-closer_entropy_ratio = How many different ways of ending a post (last three words) are in use, over human: e to the entropy; below 1 = stock closers
metric-homogeneity-template_rate = Share of posts with one of the three commonest openers or closers, less the same share of human posts; .20 = 20 more posts in a hundred follow a template
metric-homogeneity-between_brief_ratio = How many words answers to different briefs share, over human posts; above 1 = every brief gets much the same answer
metric-homogeneity-within_brief_ratio = How many words several answers to one brief share, the brief's own left out, over human posts on different matters; well above 1 = one brief, always one answer
metric-factuality-contradiction_rate = Share of posts that contradict fact sheet or brief, or make a forbidden claim
metric-factuality-stale_rate = Share of posts that state what was true at another time
metric-factuality-unsupported_rate = Share of checkable facts that neither the brief nor the fact sheet gives
metric-factuality-superlative_rate = Share of posts with a superlative or a guarantee that the fact sheet does not approve
metric-factuality-brief_recall = Share of the brief's facts that the post tells
metric-factuality-mandatory_recall = Share of the mandatory mentions that apply to the post and stand in it
metric-factuality-coverage = Share of clauses that hold anything checkable; the rest is not judged
metric-factuality-entailment_contradiction_rate = Share of posts that contradict the fact sheet or brief according to a local model of entailment
metric-factuality-entailment_agreement = Cohen's kappa of a local model of entailment and the typed-fact check on which clauses are contradicted, over clauses that the check finds supported or contradicted
metric-factuality-judge_contradiction_rate = Share of posts that contradict the fact sheet or brief according to a language model as judge
metric-factuality-judge_agreement = Cohen's kappa of a language model as judge and the typed-fact check on which clauses are contradicted, over clauses that the check finds supported or contradicted
metric-memorisation-copy_excess = Share of eight-word runs found in training posts, minus the brand's own share
metric-memorisation-longest_run_excess = Words in the longest run shared with a training post, minus the brand's own
metric-memorisation-near_duplicate_excess = Share of texts that nearly repeat a training post, minus the brand's own share
metric-memorisation-patchwork_excess = Share of word pairs found in training posts, minus the brand's own share; high where nothing but scraps of them is joined
metric-memorisation-personal_data_excess = Share of texts with personal data, minus the brand's own share
metric-voice-cross_entropy_gain = Bits per byte that the adapter saves on the brand's held-out posts, against the base
metric-voice-cross_entropy_gain_others = The same on other brands' posts: what the adapter learned of any post
metric-voice-cross_entropy_gain_excess = The first minus the second: the brand's alone
metric-memorisation-extraction_excess = Share of training posts continued word for word from their first tokens, over held-out ones; mean over the lengths of prefix
metric-memorisation-extraction_excess_5 = The same, from the first 5 tokens
metric-memorisation-extraction_excess_10 = The same, from the first 10 tokens
metric-memorisation-extraction_excess_20 = The same, from the first 20 tokens
metric-memorisation-sampled_extraction_excess = Share of training posts that 1000 samples reproduce with probability 0.9, over held-out ones
metric-memorisation-loss_gap = Bits per byte that the adapter saves on training posts over what it saves on held-out ones
metric-memorisation-membership_auc = How well training posts are told from held-out ones by what the adapter saves on them; .5 gives nothing away
metric-voice-own_adapter_best = Share of brands whose posts their own adapter predicts best of all adapters
metric-voice-own_adapter_share = Share of posts that their own brand's adapter predicts best of all adapters
metric-homogeneity-cross_brand_collapse = How well generated posts can be attributed to their brands, over human posts; below 1 = the brands grow alike
metric-factuality-guard_gain = Share of posts that contradict a fact or make a forbidden claim, in the first draws minus in the chosen ones; by the check that chose, so never below 0
metric-factuality-guard_cost = Posts drawn for each post that is kept; 1 = nothing was drawn again
metric-memorisation-canary_exposure = Bits by which planted secrets stand out among random ones; 1.4 is chance

## Features: after "as many", after "posts that", or the name of a quantity

feature-words = words a post
feature-sentences = sentences
feature-words_per_sentence = words a sentence
feature-letters_per_word = letters a word
feature-long_words = words of seven letters or more
feature-repeated_words = words used twice in a post
feature-line_breaks = line breaks
feature-empty_lines = empty lines
feature-exclamation = exclamation marks
feature-doubled_marks = doubled marks (!!, ?!)
feature-questions = question marks
feature-full_stops = full stops
feature-ellipses = ellipses
feature-dashes = dashes
feature-commas = commas
feature-colons = colons
feature-semicolons = semicolons
feature-brackets = brackets
feature-quotes = quotation marks
feature-guillemets = guillemets
feature-spaced_marks = marks with a space before them (French spacing)
feature-ampersands = ampersands
feature-slashes = slashes
feature-bullets = bullets and arrows
feature-signs = percent and currency signs
feature-numbers = numbers
feature-emoji = emoji
feature-links = links
feature-handles = handles
feature-hashtags = hashtags
feature-inner_hashtags = hashtags inside sentences
feature-inner_handles = handles inside sentences
feature-opens_with_handle = open with a handle
feature-opens_with_hashtag = open with a hashtag
feature-opens_with_emoji = open with an emoji
feature-opens_with_capitals = open with a word in capitals
feature-opens_in_lower_case = open in lower case
feature-opens_with_question_word = open with a question word
feature-opens_with_call = open with a call to action
feature-ends_with_link = end with a link
feature-ends_with_hashtag = end with a hashtag
feature-ends_with_emoji = end with an emoji
feature-ends_with_full_stop = end with a full stop
feature-ends_with_exclamation = end with an exclamation mark
feature-ends_with_question = end with a question mark
feature-colon_before_link = put a colon before the link
feature-mark_before_link = end the sentence before the link
feature-capitals = words in capitals
feature-capitalised = capitalised words
feature-calls = calls to action
feature-contractions = contractions
feature-first_singular = words of the first person singular (I, my)
feature-first_plural = words of the first person plural (we, our)
feature-second = words of address (you, your)
feature-familiar = words of familiar address (tu, ton)
feature-negations = negations

## Why posts were left out

reason-damaged_archive = the zip is damaged or cut off
reason-protected_archive = the zip is protected by a password
reason-zip_bomb = packed far beyond what text packs to: refused
reason-outside_path = a path that leads outside the source: refused
reason-damaged_file = the file breaks off or is damaged; what stood before was read
reason-empty_file = the file is empty
reason-file_changed = the file changed while it was read; build again
reason-damaged_row = the row cannot be read
reason-line_too_long = a line longer than 8 MiB
reason-not_a_post = the row is something else than a post
reason-no_text = no text
reason-no_time = no time of publication, or one that cannot be right
reason-not_public = not published to everyone
reason-total_row = a row of totals
reason-other_account = another account than the one asked for
reason-removed_on_request = removed on request
reason-repost = somebody else's post
reason-reply = a reply
reason-care_reply = customer care, not the brand's voice
reason-visitor_post = written by a visitor of the page
reason-generated = written by a model: the export or the brand's file says so
reason-in_generation_log = nearly a text that the brand's model wrote (generation log)
reason-future_date = dated in the future
reason-cut_off = the export holds only the beginning of the text
reason-too_short = too few words
reason-too_long = longer than any platform takes
reason-other_language = not in a language of the brand
reason-personal_data = holds personal data of a kind that is dropped
reason-repeated_id = the same post from another file
reason-exact_duplicate = says exactly what an earlier post says
reason-near_duplicate = says nearly what an earlier post says
reason-similar_to_earlier_split = too like a post of an earlier split, which would leak

## Drift: a look at posts and model

drift-title = { $brand }: drift
drift-question = { $brand }: has anything moved?
drift-badge-alarm = Yes
drift-badge-calm = No
drift-badge-none = Not known
drift-headline-manner = { $brand } writes differently from before.
drift-headline-stale = The model keeps words that { $brand } has left.
drift-headline-answers = The model no longer answers as it did, and it is the same model.
drift-headline-variety = The models' posts grow more alike from version to version.
drift-headline-words = { $brand } uses words that it did not use before.
drift-headline-topics = { $brand } speaks of other things, in the manner that it had.
drift-headline-calm = Nothing has moved further than usual.
drift-headline-none = Nothing can be said yet.
drift-sentence = { $recent } posts from { $recentFrom } to { $recentTo } were held against the { $older } from { $olderFrom } to { $olderTo }. What has moved: { $found }.
drift-is-moved = { $aspect } yes
drift-is-seen = { $aspect } in part
drift-is-same = { $aspect } no
drift-is-unknown = { $aspect } not known
drift-aspect-manner = manner
drift-aspect-topics = topics
drift-aspect-words = new words
drift-aspect-stale = words left behind
drift-aspect-answers = the model's answers
drift-aspect-variety = variety
drift-about-manner = How the brand writes: sentences, marks, emoji, small words.
drift-about-topics = What the brand writes about.
drift-about-words = Words that are new in the brand's posts.
drift-about-stale = Words that the brand has left and the model keeps.
drift-about-answers = The model's answers to the same briefs, then and today.
drift-about-variety = How alike the posts of the models are, from version to version.
drift-step-manner = Read the posts below. If the brand means to write so from now on, have the model trained anew (scripts/retrain.py). If it does not, the new posts need a word, and not the model.
drift-step-topics = New topics alone need no new model: they come with the brief. See that the fact sheet knows them.
drift-step-words = See whether the new words are to stay. If they are, have the model trained anew (scripts/retrain.py).
drift-step-stale = Strike the words below from what the model writes, and have it trained on newer posts (scripts/retrain.py).
drift-step-answers = Ask whoever runs the model what has changed: code, libraries or machine. Evaluate it again (scripts/evaluate.py) before more of its posts are published.
drift-step-variety = Let no version through that is more alike than the first; give more different briefs.
drift-step-calm = Nothing needs to be done. The next look comes with the next posts.
drift-step-none = Wait for more posts, or give an earlier day (since).
drift-step-changed = Some answers differ from those that the same model gave before. In manner they do not; tell whoever runs it that code, libraries or machine have changed.
drift-yes = moved
drift-seen = in part
drift-no = as usual
drift-unknown = not known
drift-moves = What has moved
drift-words = Words that come and words that go
drift-words-lead = Posts that hold the word, before and now. A refrain counts once.
drift-coming = Coming
drift-going = Going
drift-word = word
drift-before = before
drift-now = now
drift-habits = Habits that differ most
drift-habits-lead = A post, on average, before → now.
drift-pairs = Posts, before and now
drift-pairs-lead = On the right, the recent posts that are least like the older ones; on the left of each, the older post that is nearest in topic.
drift-answers = The same model, the same briefs, other answers
drift-then = then
drift-today = today
drift-signals = Every signal
drift-signals-lead = { $count ->
    [one] One look so far. Dashed: what is usual for this account, from its own past. An alarm lies above it and is no accident.
   *[other] { $count } looks since { $first }. Dashed: what is usual for this account, from its own past. An alarm (red) lies above it and is no accident.
}
drift-signal = signal
drift-value = value
drift-usual = usual up to
drift-over-time = over time
drift-season = Beside the same months a year ago: { $value }.
drift-remarks = Remarks
drift-method = How this is told
drift-method-band = What is usual is told by pairs of adjacent windows of the account's own past, of the same sizes: no shift there, and yet they differ.
drift-method-alarm = An alarm needs both: more than is usual, and a test that chance does not pass, adjusted for all the tests of this look.
drift-method-season = What the same months of last year explain is the season, and no alarm.
drift-method-model = The model is asked the same briefs with the same random numbers; nothing is trained, and no model is changed.
drift-signal-input_style_auc = Manner: told apart
drift-signal-input_psi = Manner: the habit that moved most
drift-signal-input_topic_auc = Topics: told apart
drift-signal-input_style_novelty = Manner: unheard of
drift-signal-input_topic_novelty = Topics: unheard of
drift-signal-input_mmd2 = Topics: distance
drift-signal-new_word_rate = New words
drift-signal-staleness_index = Words left behind
drift-signal-output_changed = Answers that changed
drift-signal-output_style = Answers: manner
drift-signal-homogeneity_first = Alike, beside the first model
drift-signal-homogeneity_human = Alike, beside people
drift-signal-homogeneity_chart = Alike, over all versions
drift-read-input_style_auc = In how many of a hundred pairs a new post is told from an old one by its manner; 50% is guessing.
drift-read-input_psi = Stability index of the readable feature that moved most; 0 is no change.
drift-read-input_topic_auc = In how many of a hundred pairs a new post is told from an old one by its topic; 50% is guessing.
drift-read-input_style_novelty = How much further from their nearest old posts in manner the new ones are than old ones are among themselves; 0 is no further.
drift-read-input_topic_novelty = How much further from their nearest old posts in topic the new ones are than old ones are among themselves; 0 is no further.
drift-read-input_mmd2 = Distance of the topics of old and new posts; 0 is none.
drift-read-new_word_rate = Share of the words of new posts that the old posts lack.
drift-read-staleness_index = How many times as often as the brand's recent posts the model uses words in decline.
drift-read-output_changed = Share of the model's answers that are not to the letter what they were.
drift-read-output_style = How far the manner of the changed answers has moved, in standard deviations of people's posts.
drift-read-homogeneity_first = How many times as alike as those of the first model the posts of the model in use are.
drift-read-homogeneity_human = How many times as alike as people's posts they are.
drift-read-homogeneity_chart = The same on a control chart over all versions.

## Notes of monitoring

note-drift-few = { $older } older and { $recent } recent posts: at least { $least } are needed on either side (monitor.minimum_posts)
note-drift-no-band = the past holds { $pairs } pairs of adjacent windows: too few to say what is normal for this account, so nothing alarms
note-drift-no-decline = no word of the brand is in decline: there is nothing to be stale in
note-drift-written = needs { $least } texts that the model wrote, and there are { $written }
note-drift-no-answers = no answers to the same briefs then and now
note-drift-changed = the same model, briefs and seeds give other texts: weights, software or machine are not what they were
note-drift-differ = { $differing } answers differ: { $least } are needed for a comparison
note-drift-versions = { $versions } versions answered the same briefs: two are compared
note-drift-chart = { $versions } versions were measured: a control chart needs { $least }
note-drift-powerless = with { $tests } tests no p can fall low enough for an alarm: take monitor.permutations={ $enough } or more
note-drift-first-look = the first look at this model: its answers were kept, and later looks are held against them to the letter

## History: what became of the models

history-title = { $brand }: models, decisions, drift
history-champion = Version { $version } is in use since { $day } ({ $by }).
history-champion-undated = Version { $version } is in use.
history-no-champion = No model of { $brand } is in use.
history-challenger = Version { $version } waits for a decision: scripts/promote.py takes it, and nothing has to be done to leave it.
history-decided = Last decision, { $day }: { $decision }.
history-started = { $count ->
    [one] The scheduled job has run once, on { $day }.
   *[other] The scheduled job has run { $count } times, last on { $day }.
}
history-never-started = The scheduled job has not run yet.
history-looked = Last look for drift, { $day }: { $state }.
history-never-looked = Nobody has looked for drift yet.
history-drift-alarm = something has moved
history-drift-calm = nothing has moved further than usual
history-drift-no-data = nothing could be said
history-by-train = by training
history-by-retrain = by the scheduled job
history-by-person = by a person
notice-title = { $brand }: { $decision }
notice-title-version = { $brand }, version { $version }: { $decision }
history-decision-nothing = nothing to do
history-decision-proposed = proposed
history-decision-promoted = promoted
history-decision-refused = refused
history-decision-stopped = stopped
history-decision-rolled_back = rolled back
history-decision-failed = failed
history-decision-unfinished = not finished
history-trigger-drift = because of drift
history-trigger-age = because the model in use is old
history-trigger-new_posts = because of new posts
history-trigger-first = the first model
history-trigger-forced = forced
history-versions = Versions
history-versions-lead = Each as it was measured when it was trained, on posts newer than what it had learned; briefs may have differed. Voice: 0 is other brands, 1 is { $brand }.
history-no-versions = No version is registered yet.
history-version-head = version
history-version = version { $version }
history-events = what became of it
history-learned = Learned from posts up to { $day }.
history-registered = Registered { $day }.
history-promoted = In use from { $day }, { $by }.
history-rolled-back = Taken back { $day }: { $reason }
history-starts = Decisions of the scheduled job
history-quiet = { $count ->
    [one] Nothing to do: once, { $last }.
   *[other] Nothing to do: { $count } times, { $first } to { $last }.
}
history-stages = Stage by stage
history-earlier = { $count ->
    [one] One earlier entry
   *[other] { $count } earlier entries
}
history-left = { $count ->
    [one] One still earlier entry is in MLflow alone.
   *[other] { $count } still earlier entries are in MLflow alone.
}
