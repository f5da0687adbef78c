GET FILE='made.sav'.
DISPLAY DICTIONARY.
DISPLAY DOCUMENTS.
LIST stratum weight_final overall_satisfaction knows sex work visited wait.
FREQUENCIES overall_satisfaction knows sex.
COMPUTE bytes = LENGTH(RTRIM(more)).
LIST bytes.
SHOW WEIGHT.
