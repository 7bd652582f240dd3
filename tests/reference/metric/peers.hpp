// Made by peers.py; not to be edited.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

using peer_texts = std::vector<std::string>;
using peer_numbers = std::vector<double>;
using peer_ids = std::vector<std::int32_t>;

/// BLEU: plain, lower case, no smoothing, add-k, floor, order 2, effective order. chrF: plain, ++, lower case, 4 and beta 1.
/// ROUGE: 1, 2, L, Lsum, each plain and stemmed: precision, recall, F. METEOR: 0.9, 3, 0.5; 0.5, 1, 0.25.
struct peer_corpus {
    const char* what;
    peer_texts predictions;
    std::vector<peer_texts> references;
    double bleu[7];
    peer_numbers precisions;
    double brevity_penalty;
    std::int64_t predicted_length, reference_length;
    double chrf[4], rouge[8][3], meteor[2];
};
inline const peer_corpus peer_corpora[] = {
    {"noisy",
     {"It's 3.14 it running running 3.14 runner dying", "3.14 it's national u.s. nationality flies runner flies the to the 3.14!", "Cats it nationality nationality happily!", "Was the dying it happily the a it u.s. to it 3.14!", "Dying dying was nationality to!", "It runner flies generalizations cats to it's generalizations the dying 3.14 a cats"},
     {{"It's 3.14 it running running 3.14 runner flies"}, {"3.14 it's national u.s. nationality flies runner flies the to the 3.14!"}, {"Cats it nationality well-known happily!"}, {"Was the generalizations it cats the a to u.s. to it 3.14!"}, {"Dying dying was nationality to!"}, {"It u.s. nationality generalizations cats to it's generalizations the dying 3.14 a cats"}},
     {73.288481250977142, 73.288481250977142, 73.288481250977142, 73.678823542583885, 73.288481250977142, 80.50741476476351, 73.288481250977142},
     {89.230769230769226, 79.66101694915254, 71.698113207547166, 68.085106382978722},
     0.95489504395976199,
     65,
     68,
     {78.537524170714804, 79.459166696884196, 78.537524170714804, 81.814072288805335},
     {{0.89357864357864347, 0.86232864357864347, 0.87679793324954602}, {0.89357864357864347, 0.86232864357864347, 0.87679793324954602}, {0.78736263736263734, 0.76196581196581192, 0.77358777876019247}, {0.78736263736263734, 0.76196581196581192, 0.77358777876019247}, {0.89357864357864347, 0.86232864357864347, 0.87679793324954602}, {0.89357864357864347, 0.86232864357864347, 0.87679793324954602}, {0.89357864357864347, 0.86232864357864347, 0.87679793324954602}, {0.89357864357864347, 0.86232864357864347, 0.87679793324954602}},
     {0.84356237696075065, 0.81621260683760666}},
    {"two references",
     {"It's 3.14 in running running 3.14 runner flies", "3.14 it's national national nationality generalizations cats flies the to the 3.14!", "cats it nationality dying to", "Was the generalizations it's cats the U.S. to it's to it 3.14!", "generalizations dying a it's was", "It u.s. nationality generalizations cats to it's generalizations the dying of a cats"},
     {{"It's 3.14 it running running 3.14 runner flies", "flies running 3.14 cats running 3.14 was happily"}, {"3.14 it's national u.s. nationality flies runner flies the to the 3.14!", "3.14 happily the cats nationality flies 3.14 flies the to the 3.14!"}, {"Cats it nationality well-known happily!", "Cats it happily well-known 3.14"}, {"Was the generalizations it cats the a to u.s. to it 3.14!", "national the generalizations it cats the a to happily to it flies"}, {"Dying dying was nationality to!", "Dying dying cats nationality to!"}, {"It u.s. nationality generalizations cats to it's generalizations the dying 3.14 a cats", "It u.s. nationality generalizations cats to it generalizations the dying 3.14 a cats"}},
     {50.456844154476215, 56.587387388646647, 50.456844154476215, 51.426497376482416, 50.456844154476215, 66.047098607586747, 50.456844154476215},
     {77.777777777777771, 57.89473684210526, 43.137254901960787, 35.555555555555557},
     0.98425229653871049,
     63,
     64,
     {71.891667881462411, 70.084500484640401, 73.273804225045566, 76.05952952409622},
     {{0.73137626262626265, 0.72711038961038954, 0.72704463994786572}, {0.73137626262626265, 0.72711038961038954, 0.72704463994786572}, {0.56666666666666676, 0.54871794871794866, 0.5559295748950922}, {0.56666666666666676, 0.54871794871794866, 0.5559295748950922}, {0.72095959595959602, 0.71520562770562768, 0.71593352883675454}, {0.72095959595959602, 0.71520562770562768, 0.71593352883675454}, {0.72095959595959602, 0.71520562770562768, 0.71593352883675454}, {0.72095959595959602, 0.71520562770562768, 0.71593352883675454}},
     {0.67882552791613648, 0.65715811965811954}},
    {"marks",
     {"It's \04210-year-old\042 &amp; &lt;b&gt; (50%), e.g. $1,234.56!", "x 1.5.2 U.S.A.-based <skipped>ones", "a-\012b 3-4 c ,5 .6"},
     {{"It's \04210-year-old\042 & <b> (50 %), e.g. $ 1,234.56 !"}, {"x 1.5.2 U.S.A. -based ones"}, {"ab 3 -4 c , 5 . 6"}},
     {90.775097726382995, 90.775097726382995, 90.775097726382995, 91.004432319822101, 90.775097726382995, 93.601454845347348, 90.775097726382995},
     {95.121951219512198, 92.10526315789474, 88.571428571428569, 87.5},
     1,
     41,
     40,
     {81.533434956729309, 71.765087585959222, 81.533434956729309, 78.787015287787852},
     {{0.8047619047619049, 0.94444444444444453, 0.86849602639076329}, {0.8047619047619049, 0.94444444444444453, 0.86849602639076329}, {0.69576719576719581, 0.83106060606060606, 0.75693404634581107}, {0.69576719576719581, 0.83106060606060606, 0.75693404634581107}, {0.8047619047619049, 0.94444444444444453, 0.86849602639076329}, {0.8047619047619049, 0.94444444444444453, 0.86849602639076329}, {0.8047619047619049, 0.94444444444444453, 0.86849602639076329}, {0.8047619047619049, 0.94444444444444453, 0.86849602639076329}},
     {0.23673832031711264, 0.2633831310301899}},
    {"letters",
     {"\303\211l dijo \302\253HOLA\302\273 \316\237\316\224\316\237\316\243", "\346\235\261\344\272\254\343\201\257\346\227\245\346\234\254\343\201\256\351\246\226\351\203\275", "na\303\257ve Caf\303\251 \342\204\252 \304\260"},
     {{"\303\251l dijo \302\253hola\302\273 \316\277\316\264\316\277\317\202"}, {"\346\235\261\344\272\254\343\201\257\346\227\245\346\234\254\343\201\256\351\203\275"}, {"Naive caf\303\251 k i\314\207"}},
     {7.7550404925174981, 70.21443217684201, 0, 18.036075635131326, 3.9005788655345262, 9.6225044864937619, 7.7550404925174981},
     {11.111111111111111, 8.3333333333333339, 6.25, 6.25},
     1,
     9,
     9,
     {29.8784278877045, 23.797709804667267, 86.224589951328781, 37.969815744600226},
     {{0.53333333333333333, 0.58333333333333337, 0.55555555555555547}, {0.53333333333333333, 0.58333333333333337, 0.55555555555555547}, {0.5, 0.55555555555555547, 0.52380952380952384}, {0.5, 0.55555555555555547, 0.52380952380952384}, {0.53333333333333333, 0.58333333333333337, 0.55555555555555547}, {0.53333333333333333, 0.58333333333333337, 0.55555555555555547}, {0.53333333333333333, 0.58333333333333337, 0.55555555555555547}, {0.53333333333333333, 0.58333333333333337, 0.55555555555555547}},
     {0.57609953703703709, 0.54166666666666663}},
    {"lines",
     {"the cat sat\012on the mat\012runs", "one two\012\012three"},
     {{"a cat sat on\012the mat and ran"}, {"three two\012one"}},
     {50.882747274015543, 50.882747274015543, 50.882747274015543, 56.533154932446848, 50.882747274015543, 57.226943062791037, 50.882747274015543},
     {80, 50, 50, 50},
     0.90483741803595952,
     10,
     11,
     {60.430437617937613, 60.283283230972252, 60.430437617937613, 68.960050366300365},
     {{0.85714285714285721, 0.8125, 0.83333333333333326}, {0.85714285714285721, 0.8125, 0.83333333333333326}, {0.33333333333333331, 0.2857142857142857, 0.30769230769230765}, {0.33333333333333331, 0.2857142857142857, 0.30769230769230765}, {0.52380952380952384, 0.47916666666666663, 0.5}, {0.52380952380952384, 0.47916666666666663, 0.5}, {0.85714285714285721, 0.8125, 0.83333333333333326}, {0.85714285714285721, 0.8125, 0.83333333333333326}},
     {0.56518987341772153, 0.69166666666666665}},
    {"equal",
     {"the cat sat on the mat"},
     {{"the cat sat on the mat"}},
     {100.00000000000004, 100.00000000000004, 100.00000000000004, 100.00000000000004, 100.00000000000004, 100.00000000000004, 100.00000000000004},
     {100, 100, 100, 100},
     1,
     6,
     6,
     {100, 100, 100, 100},
     {{1, 1, 1}, {1, 1, 1}, {1, 1, 1}, {1, 1, 1}, {1, 1, 1}, {1, 1, 1}, {1, 1, 1}, {1, 1, 1}},
     {0.99768518518518523, 0.95833333333333337}},
    {"short",
     {"the cat"},
     {{"the cat sat on the mat"}},
     {0, 0, 0, 13.533528323661276, 0, 13.533528323661276, 13.533528323661276},
     {100, 100, 0, 0},
     0.1353352832366127,
     2,
     6,
     {27.25331540542631, 28.258862358726333, 27.25331540542631, 44.551336567311424},
     {{1, 0.33333333333333331, 0.5}, {1, 0.33333333333333331, 0.5}, {1, 0.20000000000000001, 0.33333333333333337}, {1, 0.20000000000000001, 0.33333333333333337}, {1, 0.33333333333333331, 0.5}, {1, 0.33333333333333331, 0.5}, {1, 0.33333333333333331, 0.5}, {1, 0.33333333333333331, 0.5}},
     {0.17857142857142855, 0.375}},
    {"nothing",
     {"", "x", ""},
     {{"a b c d"}, {""}, {""}},
     {0, 0, 0, 0, 0, 0, 0},
     {0, 0, 0, 0},
     0.049787068367863944,
     1,
     4,
     {0, 0, 0, 0},
     {{0, 0, 0}, {0, 0, 0}, {0, 0, 0}, {0, 0, 0}, {0, 0, 0}, {0, 0, 0}, {0, 0, 0}, {0, 0, 0}},
     {0, 0}},
};

struct peer_stem {
    const char *word, *stem;
};
inline constexpr peer_stem peer_stems[] = {
    {"rational", "ration"}, {"relational", "relat"}, {"convational", "convat"}, {"plasational", "plasat"}, {"ayational", "ayat"},
    {"hypational", "hypat"}, {"geoational", "geoation"}, {"rtional", "rtional"}, {"reltional", "reltion"}, {"convtional", "convtion"},
    {"plastional", "plastion"}, {"aytional", "aytion"}, {"hyptional", "hyption"}, {"geotional", "geotion"}, {"renci", "renci"},
    {"relenci", "relenc"}, {"convenci", "convenc"}, {"plasenci", "plasenc"}, {"ayenci", "ayenc"}, {"hypenci", "hypenc"},
    {"geoenci", "geoenci"}, {"ranci", "ranci"}, {"relanci", "relanc"}, {"convanci", "convanc"}, {"plasanci", "plasanc"},
    {"ayanci", "ayanc"}, {"hypanci", "hypanc"}, {"geoanci", "geoanci"}, {"rizer", "rizer"}, {"relizer", "reliz"},
    {"convizer", "conviz"}, {"plasizer", "plasiz"}, {"ayizer", "ayiz"}, {"hypizer", "hypiz"}, {"geoizer", "geoizer"},
    {"rbli", "rbli"}, {"relbli", "relbl"}, {"convbli", "convbl"}, {"plasbli", "plasbl"}, {"aybli", "aybl"},
    {"hypbli", "hypbl"}, {"geobli", "geobli"}, {"ralli", "ralli"}, {"relalli", "relal"}, {"convalli", "conval"},
    {"plasalli", "plasal"}, {"ayalli", "ayal"}, {"hypalli", "hypal"}, {"geoalli", "geoalli"}, {"rentli", "rentli"},
    {"relentli", "relent"}, {"conventli", "convent"}, {"plasentli", "plasent"}, {"ayentli", "ayent"}, {"hypentli", "hypent"},
    {"geoentli", "geoentli"}, {"reli", "reli"}, {"releli", "rele"}, {"conveli", "conv"}, {"plaseli", "plase"},
    {"ayeli", "aye"}, {"hypeli", "hype"}, {"geoeli", "geoeli"}, {"rousli", "rousli"}, {"relousli", "relous"},
    {"convousli", "convous"}, {"plasousli", "plasous"}, {"ayousli", "ayous"}, {"hypousli", "hypous"}, {"geoousli", "geoousli"},
    {"rization", "rizat"}, {"relization", "reliz"}, {"convization", "conviz"}, {"plasization", "plasiz"}, {"ayization", "ayiz"},
    {"hypization", "hypiz"}, {"geoization", "geoizat"}, {"ration", "ration"}, {"relation", "relat"}, {"convation", "convat"},
    {"plasation", "plasat"}, {"ayation", "ayat"}, {"hypation", "hypat"}, {"geoation", "geoation"}, {"ralism", "ralism"},
    {"relalism", "relal"}, {"convalism", "conval"}, {"plasalism", "plasal"}, {"ayalism", "ayal"}, {"hypalism", "hypal"},
    {"geoalism", "geoalism"}, {"riveness", "rive"}, {"reliveness", "reliv"}, {"conviveness", "conviv"}, {"plasiveness", "plasiv"},
    {"ayiveness", "ayiv"}, {"hypiveness", "hypiv"}, {"geoiveness", "geoiv"}, {"rfulness", "rful"}, {"relfulness", "rel"},
    {"convfulness", "conv"}, {"plasfulness", "plas"}, {"ayfulness", "ay"}, {"hypfulness", "hyp"}, {"geofulness", "geoful"},
    {"raliti", "raliti"}, {"relaliti", "relal"}, {"convaliti", "conval"}, {"plasaliti", "plasal"}, {"ayaliti", "ayal"},
    {"hypaliti", "hypal"}, {"geoaliti", "geoaliti"}, {"rbiliti", "rbiliti"}, {"relbiliti", "relbl"}, {"convbiliti", "convbl"},
    {"plasbiliti", "plasbl"}, {"aybiliti", "aybl"}, {"hypbiliti", "hypbl"}, {"geobiliti", "geobil"}, {"rfulli", "rfulli"},
    {"relfulli", "rel"}, {"convfulli", "conv"}, {"plasfulli", "plas"}, {"ayfulli", "ay"}, {"hypfulli", "hyp"},
    {"geofulli", "geofulli"}, {"rlogi", "rlogi"}, {"rellogi", "rellog"}, {"convlogi", "convlog"}, {"plaslogi", "plaslog"},
    {"aylogi", "aylog"}, {"hyplogi", "hyplog"}, {"geologi", "geolog"}, {"ricate", "ricat"}, {"relicate", "relic"},
    {"convicate", "convic"}, {"plasicate", "plasic"}, {"ayicate", "ayic"}, {"hypicate", "hypic"}, {"geoicate", "geoicat"},
    {"rative", "rativ"}, {"relative", "rel"}, {"convative", "conv"}, {"plasative", "plas"}, {"ayative", "ay"},
    {"hypative", "hyp"}, {"geoative", "geoativ"}, {"ralize", "raliz"}, {"relalize", "relal"}, {"convalize", "conval"},
    {"plasalize", "plasal"}, {"ayalize", "ayal"}, {"hypalize", "hypal"}, {"geoalize", "geoaliz"}, {"riciti", "riciti"},
    {"reliciti", "relic"}, {"conviciti", "convic"}, {"plasiciti", "plasic"}, {"ayiciti", "ayic"}, {"hypiciti", "hypic"},
    {"geoiciti", "geoiciti"}, {"rful", "rful"}, {"relful", "rel"}, {"convful", "conv"}, {"plasful", "plas"},
    {"ayful", "ay"}, {"hypful", "hyp"}, {"geoful", "geoful"}, {"rness", "rness"}, {"relness", "rel"},
    {"convness", "conv"}, {"plasness", "plas"}, {"ayness", "ay"}, {"hypness", "hyp"}, {"geoness", "geoness"},
    {"ral", "ral"}, {"relal", "relal"}, {"conval", "conval"}, {"plasal", "plasal"}, {"ayal", "ayal"},
    {"hypal", "hypal"}, {"geoal", "geoal"}, {"rance", "ranc"}, {"relance", "relanc"}, {"convance", "convanc"},
    {"plasance", "plasanc"}, {"ayance", "ayanc"}, {"hypance", "hypanc"}, {"geoance", "geoanc"}, {"rer", "rer"},
    {"reler", "reler"}, {"conver", "conver"}, {"plaser", "plaser"}, {"ayer", "ayer"}, {"hyper", "hyper"},
    {"geoer", "geoer"}, {"rable", "rabl"}, {"relable", "relabl"}, {"convable", "convabl"}, {"plasable", "plasabl"},
    {"ayable", "ayabl"}, {"hypable", "hypabl"}, {"geoable", "geoabl"}, {"rant", "rant"}, {"relant", "relant"},
    {"convant", "convant"}, {"plasant", "plasant"}, {"ayant", "ayant"}, {"hypant", "hypant"}, {"geoant", "geoant"},
    {"rement", "rement"}, {"relement", "relement"}, {"convement", "convement"}, {"plasement", "plasement"}, {"ayement", "ayement"},
    {"hypement", "hypement"}, {"geoement", "geoement"}, {"rent", "rent"}, {"relent", "relent"}, {"convent", "convent"},
    {"plasent", "plasent"}, {"ayent", "ayent"}, {"hypent", "hypent"}, {"geoent", "geoent"}, {"rsion", "rsion"},
    {"relsion", "relsion"}, {"convsion", "convsion"}, {"plassion", "plassion"}, {"aysion", "aysion"}, {"hypsion", "hypsion"},
    {"geosion", "geosion"}, {"rtion", "rtion"}, {"reltion", "reltion"}, {"convtion", "convtion"}, {"plastion", "plastion"},
    {"aytion", "aytion"}, {"hyption", "hyption"}, {"geotion", "geotion"}, {"rism", "rism"}, {"relism", "relism"},
    {"convism", "convism"}, {"plasism", "plasism"}, {"ayism", "ayism"}, {"hypism", "hypism"}, {"geoism", "geoism"},
    {"rate", "rate"}, {"relate", "relat"}, {"convate", "convat"}, {"plasate", "plasat"}, {"ayate", "ayat"},
    {"hypate", "hypat"}, {"geoate", "geoat"}, {"rous", "rou"}, {"relous", "relou"}, {"convous", "convou"},
    {"plasous", "plasou"}, {"ayous", "ayou"}, {"hypous", "hypou"}, {"geoous", "geoou"}, {"rive", "rive"},
    {"relive", "reliv"}, {"convive", "conviv"}, {"plasive", "plasiv"}, {"ayive", "ayiv"}, {"hypive", "hypiv"},
    {"geoive", "geoiv"}, {"rll", "rll"}, {"relll", "relll"}, {"convll", "convll"}, {"plasll", "plasll"},
    {"ayll", "ayll"}, {"hypll", "hypll"}, {"geoll", "geoll"}, {"rsses", "rss"}, {"relsses", "relss"},
    {"convsses", "convss"}, {"plassses", "plasss"}, {"aysses", "ayss"}, {"hypsses", "hypss"}, {"geosses", "geoss"},
    {"ries", "rie"}, {"relies", "reli"}, {"convies", "convi"}, {"plasies", "plasi"}, {"ayies", "ayi"},
    {"hypies", "hypi"}, {"geoies", "geoi"}, {"ried", "rie"}, {"relied", "reli"}, {"convied", "convi"},
    {"plasied", "plasi"}, {"ayied", "ayi"}, {"hypied", "hypi"}, {"geoied", "geoi"}, {"reed", "reed"},
    {"releed", "rele"}, {"conveed", "conve"}, {"plaseed", "plase"}, {"ayeed", "aye"}, {"hypeed", "hype"},
    {"geoeed", "geoeed"}, {"red", "red"}, {"reled", "rele"}, {"conved", "conv"}, {"plased", "plase"},
    {"ayed", "aye"}, {"hyped", "hype"}, {"geoed", "geo"}, {"ring", "ring"}, {"reling", "rele"},
    {"conving", "conv"}, {"plasing", "plase"}, {"aying", "aye"}, {"hyping", "hype"}, {"geoing", "geo"},
    {"ry", "ry"}, {"rely", "reli"}, {"convy", "convi"}, {"plasy", "plasi"}, {"ayy", "ayi"},
    {"hypy", "hypi"}, {"geoy", "geoy"}, {"rating", "rate"}, {"relating", "relat"}, {"convating", "convat"},
    {"plasating", "plasat"}, {"ayating", "ayat"}, {"hypating", "hypat"}, {"geoating", "geoat"}, {"rbling", "rbling"},
    {"relbling", "relbl"}, {"convbling", "convbl"}, {"plasbling", "plasbl"}, {"aybling", "aybl"}, {"hypbling", "hypbl"},
    {"geobling", "geobl"}, {"rtting", "rtting"}, {"reltting", "relt"}, {"convtting", "convt"}, {"plastting", "plast"},
    {"aytting", "ayt"}, {"hyptting", "hypt"}, {"geotting", "geot"}, {"sky", "sky"}, {"skies", "sky"},
    {"dying", "die"}, {"dies", "die"}, {"died", "die"}, {"ties", "tie"}, {"die", "die"},
    {"news", "news"}, {"innings", "inning"}, {"proceed", "proceed"}, {"a", "a"}, {"is", "is"},
    {"by", "by"}, {"yes", "ye"}, {"yyy", "yyy"}, {"syzygy", "syzygi"}, {"toy", "toy"},
    {"happy", "happi"}, {"spied", "spi"}, {"agreed", "agre"}, {"feed", "feed"}, {"falling", "fall"},
    {"hissing", "hiss"}, {"failing", "fail"}, {"filing", "file"}, {"controll", "control"}, {"roll", "roll"},
    {"rate", "rate"}, {"cease", "ceas"}, {"\303\251lanc\303\251", "\303\251lanc\303\251"},
};

/// Figures are those of the types, then micro, macro, weighted: precision, recall, F1, support.
struct peer_entities {
    const char* scheme;
    bool strict;
    std::vector<peer_texts> predictions, references;
    peer_texts types;
    std::vector<peer_numbers> figures;
};
inline const peer_entities peer_entity_cases[] = {
    {"IOB1", false,
     {{"O", "B-LOC", "B-PER", "O", "I-PER", "B-PER", "B-LOC", "B-LOC"}, {"B-LOC", "B-LOC", "I-PER", "B-PER"}, {"I-PER", "O", "I-LOC", "B-LOC"}, {"O", "B-LOC", "B-PER", "O", "B-PER"}, {"B-PER", "B-LOC", "O", "I-PER", "O"}, {"B-LOC", "O", "I-PER", "B-PER", "B-LOC", "B-PER", "O", "B-PER"}, {"I-PER", "I-PER", "B-LOC", "B-LOC", "B-PER"}, {"I-PER"}},
     {{"O", "O", "B-PER", "O", "I-PER", "B-PER", "O", "B-LOC"}, {"B-PER", "B-LOC", "B-LOC", "B-PER"}, {"I-PER", "O", "I-PER", "B-LOC"}, {"O", "B-LOC", "B-PER", "O", "B-PER"}, {"B-PER", "B-LOC", "O", "I-LOC", "O"}, {"B-LOC", "O", "I-PER", "B-PER", "I-LOC", "B-PER", "O", "B-PER"}, {"I-PER", "I-PER", "B-PER", "B-LOC", "B-PER"}, {"I-PER"}},
     {"LOC", "PER"},
     {{0.61538461538461542, 0.80000000000000004, 0.69565217391304346, 10}, {0.88235294117647056, 0.83333333333333337, 0.8571428571428571, 18}, {0.76666666666666672, 0.8214285714285714, 0.79310344827586199, 28}, {0.74886877828054299, 0.81666666666666665, 0.77639751552795033, 28}, {0.78700711053652228, 0.8214285714285714, 0.79946761313220926, 28}}},
    {"IOB1", true,
     {{"I-LOC", "B-PER"}, {"O", "O", "I-LOC", "B-LOC"}, {"B-LOC", "B-LOC", "I-LOC", "B-LOC", "B-PER"}, {"I-LOC", "B-LOC", "B-PER", "O"}, {"I-LOC", "I-PER", "I-PER", "B-LOC"}, {"I-LOC", "B-LOC", "I-PER", "B-PER"}, {"B-PER", "B-LOC", "B-PER", "B-PER", "O", "B-LOC"}, {"B-PER", "O"}},
     {{"I-LOC", "B-PER"}, {"O", "O", "I-LOC", "B-LOC"}, {"B-LOC", "I-PER", "O", "B-LOC", "B-PER"}, {"I-LOC", "B-LOC", "I-LOC", "O"}, {"I-LOC", "I-PER", "I-PER", "B-LOC"}, {"I-LOC", "B-LOC", "I-PER", "B-PER"}, {"B-PER", "B-LOC", "B-PER", "B-PER", "I-PER", "B-LOC"}, {"I-LOC", "O"}},
     {"LOC", "PER"},
     {{0.875, 0.77777777777777779, 0.82352941176470595, 9}, {0.75, 0.59999999999999998, 0.66666666666666652, 5}, {0.83333333333333337, 0.7142857142857143, 0.76923076923076916, 14}, {0.8125, 0.68888888888888888, 0.74509803921568629, 14}, {0.8303571428571429, 0.7142857142857143, 0.76750700280112039, 14}}},
    {"IOB2", false,
     {{"B-LOC", "O", "B-LOC", "O", "I-LOC", "B-LOC", "I-PER", "I-PER"}, {"B-PER"}, {"B-PER", "I-LOC", "O"}, {"I-LOC", "I-LOC", "I-PER", "I-PER", "O", "B-PER", "I-LOC", "B-PER"}, {"B-LOC", "I-LOC", "I-LOC", "I-PER"}, {"B-LOC", "B-PER", "O", "I-LOC"}, {"B-LOC", "O", "O", "I-PER", "O"}, {"O", "B-LOC", "O", "O", "I-LOC", "I-LOC", "I-LOC"}},
     {{"B-LOC", "B-PER", "B-LOC", "O", "I-LOC", "B-LOC", "I-PER", "I-PER"}, {"B-PER"}, {"B-PER", "I-LOC", "I-PER"}, {"I-LOC", "B-PER", "I-PER", "I-PER", "O", "B-PER", "I-LOC", "B-PER"}, {"B-LOC", "I-LOC", "I-LOC", "I-PER"}, {"B-LOC", "B-LOC", "O", "I-LOC"}, {"I-LOC", "O", "O", "O", "O"}, {"O", "B-LOC", "O", "O", "I-LOC", "I-LOC", "O"}},
     {"LOC", "PER"},
     {{0.84615384615384615, 0.7857142857142857, 0.81481481481481477, 14}, {0.66666666666666663, 0.66666666666666663, 0.66666666666666663, 9}, {0.77272727272727271, 0.73913043478260865, 0.75555555555555554, 23}, {0.75641025641025639, 0.72619047619047616, 0.7407407407407407, 23}, {0.77591973244147161, 0.73913043478260865, 0.75684380032206111, 23}}},
    {"IOB2", true,
     {{"I-PER", "B-PER", "B-LOC", "O", "I-LOC"}, {"I-LOC", "I-PER", "B-PER", "B-PER", "I-LOC"}, {"O", "O", "I-PER"}, {"B-LOC", "I-LOC", "B-LOC", "O", "I-PER", "I-PER", "B-PER"}, {"B-LOC", "B-PER", "I-LOC", "I-PER", "B-LOC", "I-LOC", "O", "I-LOC"}, {"O", "B-PER", "I-PER"}, {"O", "B-PER"}, {"B-PER", "B-LOC", "B-PER"}},
     {{"I-PER", "B-PER", "B-LOC", "O", "I-LOC"}, {"I-LOC", "I-PER", "B-PER", "B-PER", "I-LOC"}, {"O", "B-LOC", "B-LOC"}, {"B-LOC", "O", "B-LOC", "B-LOC", "I-PER", "O", "B-PER"}, {"B-LOC", "B-PER", "I-LOC", "I-PER", "B-LOC", "I-LOC", "O", "I-LOC"}, {"O", "B-PER", "B-LOC"}, {"I-PER", "B-PER"}, {"B-PER", "B-LOC", "B-PER"}},
     {"LOC", "PER"},
     {{0.83333333333333337, 0.5, 0.625, 10}, {0.88888888888888884, 0.88888888888888884, 0.88888888888888884, 9}, {0.8666666666666667, 0.68421052631578949, 0.76470588235294135, 19}, {0.86111111111111116, 0.69444444444444442, 0.75694444444444442, 19}, {0.85964912280701766, 0.68421052631578949, 0.75, 19}}},
    {"IOBES", false,
     {{"O"}, {"S-LOC", "I-PER", "E-LOC"}, {"B-LOC", "B-LOC", "E-LOC", "E-LOC", "S-LOC", "I-LOC", "I-PER", "I-LOC"}, {"B-PER"}, {"I-LOC", "O", "S-LOC", "E-LOC", "B-LOC"}, {"O", "S-LOC", "O", "I-LOC", "E-PER", "E-PER"}, {"B-LOC"}, {"I-LOC", "S-PER", "E-PER", "S-PER"}},
     {{"O"}, {"S-LOC", "I-PER", "E-LOC"}, {"B-LOC", "I-PER", "E-LOC", "B-PER", "S-LOC", "I-LOC", "E-LOC", "I-LOC"}, {"B-PER"}, {"I-LOC", "O", "S-LOC", "E-LOC", "S-PER"}, {"O", "S-LOC", "O", "B-LOC", "E-PER", "E-PER"}, {"E-LOC"}, {"I-LOC", "S-PER", "E-PER", "S-PER"}},
     {"LOC", "PER"},
     {{0.75, 0.8571428571428571, 0.79999999999999993, 14}, {0.875, 0.69999999999999996, 0.77777777777777768, 10}, {0.79166666666666663, 0.79166666666666663, 0.79166666666666663, 24}, {0.8125, 0.77857142857142847, 0.78888888888888875, 24}, {0.80208333333333337, 0.79166666666666663, 0.79074074074074063, 24}}},
    {"IOBES", true,
     {{"O"}, {"I-PER", "S-PER", "I-LOC", "S-PER", "I-PER", "B-LOC", "B-LOC", "O"}, {"E-PER", "I-PER", "B-LOC", "I-PER"}, {"B-PER", "S-PER", "S-PER", "O"}, {"O", "E-PER", "O", "I-LOC", "S-PER", "B-LOC", "S-PER"}, {"S-PER", "S-PER", "B-LOC", "B-LOC", "S-LOC", "I-LOC"}, {"E-LOC", "E-LOC", "S-PER", "S-PER", "S-PER", "S-PER"}, {"B-LOC", "B-PER", "I-LOC", "I-LOC", "E-LOC", "S-LOC"}},
     {{"O"}, {"I-PER", "S-PER", "I-LOC", "S-PER", "I-PER", "O", "B-LOC", "O"}, {"E-PER", "I-LOC", "B-LOC", "I-PER"}, {"B-PER", "S-PER", "B-PER", "O"}, {"O", "E-PER", "O", "I-LOC", "S-PER", "B-LOC", "S-PER"}, {"S-PER", "S-PER", "I-LOC", "B-LOC", "S-LOC", "I-LOC"}, {"E-LOC", "E-LOC", "E-PER", "S-PER", "B-LOC", "S-PER"}, {"B-LOC", "B-PER", "I-LOC", "O", "E-LOC", "S-LOC"}},
     {"LOC", "PER"},
     {{1, 1, 1, 2}, {0.75, 1, 0.8571428571428571, 9}, {0.7857142857142857, 1, 0.88, 11}, {0.875, 1, 0.9285714285714286, 11}, {0.79545454545454541, 1, 0.88311688311688308, 11}}},
    {"IOB2", false,
     {{"B", "I", "O", "B-"}},
     {{"B", "I", "O", "O"}},
     {"_"},
     {{0.5, 1, 0.66666666666666663, 1}, {0.5, 1, 0.66666666666666663, 1}, {0.5, 1, 0.66666666666666663, 1}, {0.5, 1, 0.66666666666666663, 1}}},
    {"IOB2", true,
     {{"B-A-B", "I-A-B"}},
     {{"B-A-B", "O"}},
     {"A-B"},
     {{0, 0, 0, 1}, {0, 0, 0, 1}, {0, 0, 0, 1}, {0, 0, 0, 1}}},
};

struct peer_pairs {
    const char* what;
    peer_numbers x, y;
    double pearson, spearman;
};
inline const peer_pairs peer_correlations[] = {
    {"noisy",
     {-0.497, 0.156, 2.9039999999999999, 0.626, 1.4319999999999999, 1.137, -1.0429999999999999, 0.22, -1.3939999999999999, -0.28599999999999998, 1.4970000000000001, 1.78, 1.5569999999999999, -0.75, -1.2669999999999999, 0.51700000000000002, 0.95599999999999996, 0.25600000000000001, -0.79600000000000004, -1.1579999999999999, 0.39500000000000002, -0.53300000000000003, 0.29199999999999998, -0.095000000000000001, 1.2589999999999999, 1.321, 3.0830000000000002, 0.29299999999999998, -0.33800000000000002, -0.71599999999999997, -0.41299999999999998, 0.182, -0.55200000000000005, 0.080000000000000002, 0.085999999999999993, -2.4300000000000002, -1.0049999999999999, -0.28199999999999997, 0.83799999999999997, -2.0840000000000001},
     {-1, 1.6000000000000001, 4.2999999999999998, 0.20000000000000001, 2.8999999999999999, 2.5, -0.5, 1, -1.5, 0.69999999999999996, 1.7, 1.2, 0.59999999999999998, -0.40000000000000002, -0.69999999999999996, -0.40000000000000002, 0.40000000000000002, 0.69999999999999996, -2.3999999999999999, -1.8999999999999999, 0.29999999999999999, 1.1000000000000001, 0.40000000000000002, 0.5, 1.8999999999999999, 1.7, 2.5, 0.90000000000000002, -1.8, -0.40000000000000002, -0.5, 0.10000000000000001, -0.20000000000000001, 1.5, 0.5, -2.7000000000000002, -1.5, -0.5, 3.7000000000000002, -2.7999999999999998},
     0.83600384016672824, 0.81892442348449446},
    {"ties",
     {0, 0, 3, 1, 1, 1, -1, 0, -1, 0, 1, 2, 2, -1, -1, 1, 1, 0, -1, -1, 0, -1, 0, 0, 1, 1, 3, 0, 0, -1, 0, 0, -1, 0, 0, -2, -1, 0, 1, -2},
     {-1, 2, 4, 0, 3, 2, 0, 1, -2, 1, 2, 1, 1, 0, -1, 0, 0, 1, -2, -2, 0, 1, 0, 0, 2, 2, 2, 1, -2, 0, 0, 0, 0, 2, 0, -3, -2, 0, 4, -3},
     0.72429124379812626, 0.71427400302824118},
    {"shifted",
     {999.999503, 1000.0001559999999, 1000.0029039999999, 1000.000626, 1000.001432, 1000.001137, 999.99895700000002, 1000.00022, 999.998606, 999.99971400000004, 1000.001497, 1000.0017800000001, 1000.001557, 999.99924999999996, 999.99873300000002, 1000.0005169999999, 1000.000956, 1000.000256, 999.99920399999996, 999.99884199999997, 1000.000395, 999.99946699999998, 1000.0002919999999, 999.99990500000001, 1000.001259, 1000.001321, 1000.0030829999999, 1000.0002930000001, 999.99966199999994, 999.99928399999999, 999.99958700000002, 1000.000182, 999.99944800000003, 1000.00008, 1000.000086, 999.99757, 999.99899500000004, 999.99971800000003, 1000.000838, 999.99791600000003},
     {-1, 1.6000000000000001, 4.2999999999999998, 0.20000000000000001, 2.8999999999999999, 2.5, -0.5, 1, -1.5, 0.69999999999999996, 1.7, 1.2, 0.59999999999999998, -0.40000000000000002, -0.69999999999999996, -0.40000000000000002, 0.40000000000000002, 0.69999999999999996, -2.3999999999999999, -1.8999999999999999, 0.29999999999999999, 1.1000000000000001, 0.40000000000000002, 0.5, 1.8999999999999999, 1.7, 2.5, 0.90000000000000002, -1.8, -0.40000000000000002, -0.5, 0.10000000000000001, -0.20000000000000001, 1.5, 0.5, -2.7000000000000002, -1.5, -0.5, 3.7000000000000002, -2.7999999999999998},
     0.83600384016996077, 0.81892442348449446},
    {"reversed",
     {1, 2, 3},
     {3, 2, 1},
     -0.99999999999999978, -1},
};

inline const peer_ids peer_truth = {0, 0, 0, 0, 1, 0, 0, 1, 1, 0, 1, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 0, 1, 1, 1, 1, 0};
inline const peer_numbers peer_scores = {-0.69999999999999996, 1.1000000000000001, 0.20000000000000001, -0.40000000000000002, 1.1000000000000001, -0.80000000000000004, 0.20000000000000001, 0.59999999999999998, 2.2000000000000002, -0.40000000000000002, 0.5, -1, 0.90000000000000002, 0, 1.2, 1.7, -0.80000000000000004, 1, 2.3999999999999999, -1.5, 0.29999999999999999, -0.90000000000000002, 0.20000000000000001, 2.3999999999999999, -1.1000000000000001, 1, 1.3999999999999999, 1.5, -1.3, 1.7, -0.20000000000000001, 1.2, 2.2000000000000002, 0.59999999999999998, 0.69999999999999996, 1.8999999999999999, -0.69999999999999996, 0.59999999999999998, 1.1000000000000001, -1.2};
inline constexpr double peer_auroc = 0.80989583333333337;

inline const std::vector<peer_numbers> peer_rows = {{0.78007685857467102, 0.10798847334157195, 0.11193466808375713}, {0.5361127240720639, 0.42204255046209393, 0.041844725465842003}, {0.074793515456013662, 0.35548521818306472, 0.56972126636092157}, {0.20619696430767084, 0.015137235405720413, 0.77866580028660859}, {0.15122969848669363, 0.25469236660465605, 0.59407793490865035}, {0.10284387916752973, 0.74940287372223335, 0.14775324711023702}, {0.30910071297582642, 0.13045908024145805, 0.56044020678271567}, {0.034141010218193282, 0.7360421334817201, 0.22981685630008661}, {0.15121922445230535, 0.074120950905394292, 0.77465982464230032}, {0.38064511904944576, 0.25464119857447054, 0.36471368237608387}, {0.37882471332792894, 0.26797975831506304, 0.35319552835700802}, {0.40851496291991518, 0.13312939842704818, 0.45835563865303658}, {0.61974906195459778, 0.2902554519738722, 0.089995486071530129}, {0.36643043241498024, 0.31024137752528919, 0.32332819005973062}, {0.042458062793985563, 0.083144699480376644, 0.87439723772563793}, {0.17991825037618023, 0.20452315460887396, 0.61555859501494581}, {0.35000623970720696, 0.56365012459468167, 0.086343635698111404}, {0.02105725624285391, 0.58618933716791288, 0.39275340658923324}, {0.27171969197604734, 0.48585806426266825, 0.24242224376128446}, {0.13317428600903999, 0.8485197048699008, 0.01830600912105932}, {0.36652991967784787, 0.21307896524581041, 0.4203911150763418}, {0.36055200980946206, 0.42877896754224787, 0.21066902264829007}, {0.85352639248874673, 0.031580713714389308, 0.1148928937968639}, {0.12924339151314773, 0.55746746353267851, 0.31328914495417376}, {0.61349060296033753, 0.14090574632139366, 0.24560365071826878}, {0.71152154398780354, 0.12458719340622058, 0.16389126260597589}, {0.37798785993831752, 0.61692721824717256, 0.0050849218145098355}, {0.11809970522073772, 0.10143651493894265, 0.78046377984031967}, {0.21754050005835984, 0.36786239778247509, 0.41459710215916518}, {0.14011627061778423, 0.39839158438408706, 0.46149214499812874}};
inline const peer_ids peer_kinds = {0, 0, 1, 2, 2, 1, 0, 1, 2, 0, 2, 2, 0, 0, 2, 2, 1, 1, 2, 1, 0, 0, 0, 1, 0, 0, 1, 2, 2, 1};
inline constexpr double peer_class_auroc[2][2] = {{0.92865910567664967, 0.92766081871345041}, {0.92861952861952857, 0.92840067340067334}}; // against the rest, in pairs x macro, weighted
inline constexpr double peer_log_loss = 0.61352555545543785;

inline const std::vector<peer_ids> peer_set_labels = {{2, 3}, {2}, {0, 2}, {0, 2, 3}, {}, {0}, {2}, {4}, {1, 3, 4}, {4}, {0, 2, 3}, {}, {1, 3}, {1}, {3}, {3}, {2, 3, 4}, {0, 1, 2}, {1}, {2}},
                                    peer_set_predictions = {{2, 3}, {}, {0}, {}, {0, 2, 4}, {1, 2}, {}, {1}, {1, 2}, {3}, {1}, {0, 1, 3}, {1}, {4}, {3}, {0, 2, 4}, {0, 2, 3}, {0, 3, 4}, {1, 3, 4}, {2}};
inline constexpr double peer_set_figures[4][3] = {{0.34375, 0.35483870967741937, 0.34920634920634919}, {0.32380952380952382, 0.34166666666666667, 0.32772727272727276}, {0.35791090629800304, 0.35483870967741937, 0.35139296187683289}, {0.34166666666666667, 0.31666666666666665, 0.31166666666666665}}; // micro, macro, weighted, examples x precision, recall, F1
inline constexpr double peer_set_accuracy = 0.14999999999999999;

inline const peer_ids peer_labels = {1, 1, 0, 0, 1, 1, 1, 2, 3, 2, 1, 3, 2, 2, 1, 1, 2, 0, 2, 1, 1, 0, 2, 1, 1, 2, 3, 1, 0, 2, 1, 2, 0, 0, 2, 2, 1, 2, 3, 3, 2, 1, 3, 0, 1, 3, 2, 3, 1, 2},
                      peer_guesses = {1, 1, 1, 0, 2, 1, 1, 0, 2, 0, 1, 3, 2, 2, 3, 1, 2, 0, 2, 1, 2, 0, 2, 0, 2, 2, 3, 1, 1, 0, 1, 2, 0, 0, 1, 0, 1, 3, 3, 3, 2, 1, 3, 0, 2, 3, 2, 3, 1, 2};
inline constexpr double peer_matthews = 0.59347683150749708;
