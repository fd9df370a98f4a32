"""Words that a reader of themes must know by heart: who is a person, what is a place, what is dark or hopeful."""

from __future__ import annotations

PERSON_ENDINGS = ("er", "or", "ist", "man", "woman", "ian", "smith", "maker", "keeper", "ess")
PEOPLE = frozenset(
    "person people man woman child boy girl baby kid king queen prince princess emperor empress knight soldier "
    "warrior gladiator slave hero heroine villain monk nun priest prophet saint angel devil demon god goddess "
    "ghost spirit witch wizard mage giant dwarf elf orc vampire werewolf zombie mermaid pirate sailor captain "
    "fisherman farmer shepherd mother father son daughter brother sister grandmother grandfather grandma grandpa "
    "uncle aunt friend enemy lover husband wife bride groom widow orphan stranger traveler traveller pilgrim "
    "nomad refugee exile thief outlaw cowboy sheriff detective spy doctor nurse patient teacher student poet "
    "singer dancer painter artist musician pianist violinist drummer cellist clown acrobat astronaut pilot "
    "cosmonaut engineer scientist inventor robot android cyborg clerk accountant lawyer judge prisoner guard "
    "jailer executioner assassin samurai ninja viking spartan roman barbarian champion boxer runner swimmer "
    "climber diver baker cook chef barista waitress waiter driver trucker mechanic miner carpenter mason "
    "blacksmith tailor gardener postman librarian keeper king's family mom dad mum twin neighbor neighbour crowd "
    "army crew rebel traitor beggar fool jester hermit bard minstrel cat dog wolf fox bear lion tiger horse whale "
    "raven crow bird dragon unicorn owl hawk eagle elephant monkey turtle spider snake butterfly bee".split()
)
PLACES = frozenset(
    "city town village house home room kitchen garden forest wood woods mountain valley desert island harbor harbour "
    "castle tower church cathedral temple monastery arena colosseum hospital school station airport street road bar "
    "cafe diner motel hotel prison cell cave tunnel bridge field farm orchard meadow kingdom land country world planet "
    "moon attic basement cellar library museum theater theatre factory mine subway metro supermarket office laundromat "
    "lighthouse graveyard cemetery battlefield beach shore bay swamp jungle canyon sky heaven hell underworld".split()
)
NAMES = frozenset(
    "maria anna emma sofia sophia olivia julia laura sarah sara emily alice eva eve mary elena helena clara rosa "
    "lucia marie jeanne sophie claire charlotte amelia isabella mia ella grace lily ruby hannah leah rachel "
    "rebecca ruth esther john james david michael daniel peter paul thomas jack henry william george charles "
    "edward arthur lancelot merlin adam noah moses samuel joseph jacob isaac abraham marcus maximus julius "
    "antonio marco luca leo max oscar felix ivan boris anton nikolai pierre jean louis carlos juan pedro diego "
    "miguel ahmed ali omar hassan yusuf fatima aisha leila ravi arjun priya kenji yuki hiroshi sakura ming wei "
    "romeo juliet hamlet ophelia orpheus eurydice icarus achilles odysseus penelope persephone hades apollo "
    "athena zeus ares spartacus caesar cleopatra joan odin thor loki freya rome paris london berlin vienna venice "
    "prague moscow tokyo kyoto york texas tennessee nashville memphis chicago boston dublin belfast edinburgh "
    "glasgow barcelona madrid lisbon athens istanbul jerusalem bethlehem cairo babylon troy sparta carthage "
    "atlantis avalon camelot valhalla africa america europe asia ireland scotland england iceland norway sweden "
    "finland russia ukraine poland germany france spain italy greece turkey israel egypt india china japan brazil "
    "mexico canada australia alaska havana brooklyn hollywood vegas mars venus saturn jupiter".split()
)
STOP_NOUNS = frozenset(
    "thing things something nothing anything everything someone anyone everyone nobody song songs theme lyrics music "
    "video kind sort lot way bit story style film movie prompt".split()
)
SOLE_VERBS = frozenset(
    "forgive sing dance fight fly fall rise run cry dream wait burn die live sail swim drown climb ride march "
    "pray remember forget return wander travel sleep wake breathe grow heal hope laugh weep surrender survive "
    "begin change believe leave stay paint write listen hide escape shine glow drift float whisper scream howl "
    "roar haunt kneel".split()
)
DARK_WORDS = frozenset(
    "death dead die war lose loss lost grief grave ghost dark darkness shadow alone lonely loneliness cold winter "
    "broken break betray betrayal revenge hate fear pain blood cry tear wound prison slave fall end last goodbye "
    "farewell sick storm hunger hell demon devil curse empty abandoned forgotten burn ash ruin nightmare fallen "
    "widow orphan exile sad sorrow plague poison murder kill drown".split()
)
HOPEFUL_WORDS = frozenset(
    "hope love forgive forgiveness peace light sun dawn morning spring summer home joy happy dance freedom free "
    "rise win victory birth child friend heal healing dream wedding kiss smile laugh together star grow bloom "
    "garden mercy grace courage faith new begin return save rescue shine".split()
)
NO_PEOPLE = frozenset(
    "winter summer water river flower tower power paper letter silver thunder shower corner dinner supper border "
    "matter number order danger hunger anger fever laughter slaughter disaster weather feather leather ladder "
    "hammer anchor finger shoulder mirror motor tractor reactor computer color colour harbor harbour armor armour "
    "honor honour error terror horror odor vapor favor favour flavor labor labour humor rumor humour metaphor "
    "minor major interior exterior butter pepper ginger tiger spider whisper chapter theater center temper cancer "
    "december november october september easter oyster amber ember timber lumber cider layer prayer answer "
    "quarter shutter glitter glacier pier helicopter character cinder splinter blister cluster monster ever never "
    "over under after other another together forever however remember surrender wonder wander tender slender "
    "bitter clever silver copper list mist fist twist crest business mattress fortress cypress process success "
    "access address stress dress darkness wilderness happiness loneliness distress princess caress".split()
)
NO_VERBS = frozenset("love dream dance fight light paint play fall run cry ride march hope".split())
TOWNS = frozenset(
    "rome paris london berlin vienna venice prague moscow tokyo kyoto york texas tennessee nashville memphis chicago "
    "boston dublin belfast edinburgh glasgow barcelona madrid lisbon athens istanbul jerusalem bethlehem cairo babylon "
    "troy sparta carthage atlantis avalon camelot valhalla africa america europe asia ireland scotland england iceland "
    "norway sweden finland russia ukraine poland germany france spain italy greece turkey israel egypt india china "
    "japan brazil mexico canada australia alaska havana brooklyn hollywood vegas mars venus saturn jupiter".split()
)
