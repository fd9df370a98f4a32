"""Names of people that English songs call, where the lexicon lacks them and its letter rules go wrong.

Written down by ear for American singing, after the pronunciations that Merriam-Webster and Wells (Longman
Pronunciation Dictionary, 2008) give; names that the lexicon reads well are not here. Places it knows.
"""

from __future__ import annotations

WOMEN = {
    "adeline": "ˈædəlIn", "amanda": "əmˈændə", "angela": "ˈænʤələ", "angelina": "ˌænʤəlˈinə", "angeline": "ˈænʤəlin",
    "anna": "ˈænə", "aurelia": "ɔɹˈiliə", "belinda": "bəlˈɪndə", "camille": "kəmˈil", "camilla": "kəmˈɪlə",
    "catherine": "kˈæθɹɪn", "katherine": "kˈæθɹɪn", "catharine": "kˈæθɹɪn", "kathryn": "kˈæθɹɪn",
    "kathleen": "kæθlˈin", "celia": "sˈiliə", "christine": "kɹɪstˈin", "clementine": "klˈɛməntin",
    "consuelo": "kɑnswˈAlO", "dolores": "dəlˈɔɹɪs", "dorothy": "dˈɔɹəθi", "eleanor": "ˈɛlənɔɹ", "elena": "əlˈAnə",
    "elaine": "əlˈAn", "eliza": "əlˈIzə", "eloise": "ˈɛlOiz", "emmeline": "ˈɛməlin", "evelyn": "ˈɛvəlɪn",
    "evangeline": "əvˈænʤəlin", "fiona": "fiˈOnə", "francesca": "fɹænʧˈɛskə", "gabriela": "ɡˌæbɹiˈɛlə",
    "gabriella": "ɡˌæbɹiˈɛlə", "gabrielle": "ɡˌæbɹiˈɛl", "genevieve": "ʤˈɛnəviv", "giselle": "ʤəzˈɛl",
    "harriet": "hˈɛɹiət", "helena": "hˈɛlənə", "henrietta": "hˌɛnɹiˈɛTə", "irene": "Iɹˈin", "isabel": "ˈɪzəbɛl",
    "isabelle": "ˈɪzəbɛl", "joanna": "ʤOˈænə", "joanne": "ʤOˈæn", "jolene": "ʤOlˈin", "josephine": "ʤˈOzəfin",
    "juliet": "ʤˈuliət", "juliette": "ʤˌuliˈɛt", "karen": "kˈɛɹən", "leah": "lˈiə", "lena": "lˈinə", "leila": "lˈAlə",
    "lila": "lˈIlə", "lorelei": "lˈɔɹəlI", "loretta": "ləɹˈɛTə", "louisa": "luˈizə", "louise": "luˈiz",
    "lucia": "luˈʃiə", "madeline": "mˈædəlɪn", "madeleine": "mˈædəlɪn", "magdalene": "mˈæɡdəlɪn",
    "margaret": "mˈɑɹɡɹət", "maria": "məɹˈiə", "mariah": "məɹˈIə", "marianne": "mˌɛɹiˈæn", "marie": "məɹˈi",
    "mercedes": "məɹsˈAdiz", "michelle": "mɪʃˈɛl", "naomi": "nAˈOmi", "natalie": "nˈæTəli", "nathalie": "nˈæTəli",
    "natasha": "nətˈɑʃə", "olivia": "Olˈɪviə", "ophelia": "Ofˈiliə", "pamela": "pˈæmələ", "paloma": "pəlˈOmə",
    "patricia": "pətɹˈɪʃə", "philomena": "fˌɪləmˈinə", "priscilla": "pɹəsˈɪlə", "rachel": "ɹˈAʧəl",
    "rebecca": "ɹəbˈɛkə", "regina": "ɹəʤˈinə", "rhonda": "ɹˈɑndə", "rosalie": "ɹˈOzəli", "rosaleen": "ɹˈOzəlin",
    "roxanne": "ɹɑksˈæn", "sabrina": "səbɹˈinə", "selena": "səlˈinə", "serena": "səɹˈinə", "simone": "simˈOn",
    "sophia": "sOfˈiə", "suzanne": "suzˈæn", "tabitha": "tˈæbəθə", "tamara": "təmˈɛɹə", "teresa": "təɹˈisə",
    "theresa": "təɹˈisə", "therese": "təɹˈis", "valerie": "vˈæləɹi", "vera": "vˈɪɹə", "veronica": "vəɹˈɑnəkə",
    "yolanda": "jOlˈɑndə", "yvette": "ivˈɛt", "yvonne": "ivˈɑn", "zara": "zˈɑɹə", "desdemona": "dˌɛzdəmˈOnə",
    "esmeralda": "ˌɛzməɹˈɑldə", "pocahontas": "pˌOkəhˈɑntəs", "scheherazade": "ʃəhˌɛɹəzˈɑd",
}  # fmt: skip

MEN = {
    "alejandro": "ˌɑləhˈɑndɹO", "antonio": "æntˈOniO", "bartholomew": "bɑɹθˈɑləmju", "beethoven": "bˈAtOvən",
    "bernard": "bəɹnˈɑɹd", "cameron": "kˈæməɹən", "caleb": "kˈAləb", "chopin": "ʃˈOpæn", "copernicus": "kəpˈɜɹnəkəs",
    "damian": "dˈAmiən", "damien": "dˈAmiən", "darius": "dəɹˈIəs", "declan": "dˈɛklən", "diego": "diˈAɡO",
    "dominic": "dˈɑmənɪk", "elias": "əlˈIəs", "emilio": "əmˈiliO", "emmanuel": "əmˈænjuəl", "enrique": "ɛnɹˈikA",
    "ethan": "ˈiθən", "felix": "fˈilɪks", "fernando": "fəɹnˈɑndO", "galileo": "ɡˌæləlˈAO", "giovanni": "ʤOvˈɑni",
    "guillermo": "ɡijˈɛɹmO", "horatio": "həɹˈAʃiO", "ignatius": "ɪɡnˈAʃəs", "jerome": "ʤəɹˈOm", "lancelot": "lˈænsəlɑt",
    "lorenzo": "ləɹˈɛnzO", "lucas": "lˈukəs", "luis": "luˈis", "maurice": "mɔɹˈis", "michelangelo": "mˌIkəlˈænʤəlO",
    "miguel": "miɡˈɛl", "mohammed": "mOhˈɑməd", "mozart": "mˈOtsɑɹt", "nathaniel": "nəθˈænjəl", "nicolas": "nˈɪkələs",
    "othello": "əθˈɛlO", "patrick": "pˈætɹɪk", "phineas": "fˈɪniəs", "rafael": "ɹˌɑfiˈɛl", "raphael": "ɹˈæfiəl",
    "ricardo": "ɹəkˈɑɹdO", "roberto": "ɹəbˈɛɹtO", "roderick": "ɹˈɑdɹɪk", "russell": "ɹˈʌsəl", "sean": "ʃˈɔn",
    "sergio": "sˈɛɹʤiO", "simon": "sˈImən", "theodore": "θˈiədɔɹ", "vladimir": "vlˈædəmɪɹ", "zachariah": "zˌækəɹˈIə",
    "zachary": "zˈækəɹi",
}  # fmt: skip

PEOPLE = {**WOMEN, **MEN}
