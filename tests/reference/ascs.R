# The outcome measures of England's Adult Social Care Survey on the sample return, by the survey package.
#
# Run from this folder, after ascs.py: Rscript ascs.R
# Each question has weights of its own: the people in the stratum over the valid answers there. Strata are simple random
# samples without replacement, so errors carry the finite population correction.

suppressMessages(library(survey))
options(digits = 17, survey.lonely.psu = "fail")
people <- read.csv("data/ascs.csv", na.strings = "")
population <- c(640, 710, 620, 1030)

measure <- function(id, valid, value) {
  rows <- people[valid %in% TRUE, ]
  rows$value <- value[valid %in% TRUE]
  counts <- table(factor(rows$stratum, 1:4))
  rows$N <- population[rows$stratum]
  rows$w <- rows$N / as.numeric(counts[rows$stratum])
  design <- svydesign(ids = ~1, strata = ~stratum, fpc = ~N, weights = ~w, data = rows)
  mean <- svymean(~value, design)
  data.frame(measure = id, n = nrow(rows), estimate = sprintf("%.17g", coef(mean)), se = sprintf("%.17g", SE(mean)))
}

with(people, {
  easy <- form == 3
  items <- cbind(Q3a, Q4a, Q5a, Q6a, Q7a, Q8a, Q9a, Q11)
  all_answered <- rowSums(items >= 1 & items <= 4) == 8
  satisfied <- (easy & Q1 == 1) | (!easy & Q1 %in% c(1, 2))
  life <- (easy & Q2a %in% c(1, 2)) | (!easy & Q2a %in% 1:3)
  valid <- function(answer, codes) answer %in% codes
  found <- rbind(
    measure("1A", all_answered, 32 - rowSums(items)),
    measure("1B", valid(Q3a, 1:4), as.numeric(Q3a %in% 1:2)),
    measure("1I1", valid(Q8a, 1:4), as.numeric(Q8a == 1)),
    measure("3A", ifelse(easy, Q1 %in% 1:5, Q1 %in% 1:7), as.numeric(satisfied)),
    measure("3D1", valid(Q12, 2:5), as.numeric(Q12 %in% 2:3)),
    measure("4A", valid(Q7a, 1:4), as.numeric(Q7a == 1)),
    measure("4B", valid(Q7b, 1:2), as.numeric(Q7b == 1)),
    measure("Q2a", ifelse(easy, Q2a %in% 1:5, Q2a %in% 1:7), as.numeric(life)))
  found$versions <- sprintf("R %s; survey %s", getRversion(), packageVersion("survey"))
  write.csv(found, "expected-ascs.csv", row.names = FALSE)
  print(found)
})
