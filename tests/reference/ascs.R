# The outcome measures of England's Adult Social Care Survey on the sample return, by the survey package.
#
# Run from this folder, after ascs.py: Rscript ascs.R
# Each question has weights of its own: the people in the stratum over the valid answers there. Strata are simple random
# samples without replacement, so errors carry the finite population correction. Q2c and 1J speak for a part of two strata:
# the people in that part take the place of those in the stratum.

suppressMessages(library(survey))
options(digits = 17, survey.lonely.psu = "fail")
people <- read.csv("data/ascs.csv", na.strings = "")
populations <- read.csv("data/ascs-populations.csv")

measure <- function(id, valid, value, population = populations$all) {
  rows <- people[valid %in% TRUE, ]
  rows$value <- value[valid %in% TRUE]
  counts <- table(factor(rows$stratum, 1:4))
  rows$N <- population[rows$stratum]
  rows$w <- rows$N / as.numeric(counts[rows$stratum])
  design <- svydesign(ids = ~1, strata = ~stratum, fpc = ~N, weights = ~w, data = rows)
  mean <- svymean(~value, design)
  data.frame(measure = id, n = nrow(rows), estimate = sprintf("%.17g", coef(mean)), se = sprintf("%.17g", SE(mean)))
}

# Sheet "Service User Data" of the survey's workbook, FQ3:FY6, by question and code; FS15:FS23, what is added or taken away.
utility <- list(
  Q3a = c(1, 0.919, 0.541, 0), Q4a = c(0.911, 0.789, 0.265, 0.195), Q5a = c(0.879, 0.775, 0.294, 0.184),
  Q6a = c(0.863, 0.780, 0.374, 0.288), Q7a = c(0.880, 0.452, 0.298, 0.114), Q8a = c(0.873, 0.748, 0.497, 0.241),
  Q9a = c(0.962, 0.927, 0.567, 0.170), Q11 = c(0.847, 0.637, 0.295, 0.263))

with(people, {
  easy <- form == 3
  items <- cbind(Q3a, Q4a, Q5a, Q6a, Q7a, Q8a, Q9a, Q11)
  all_answered <- rowSums(items >= 1 & items <= 4) == 8
  satisfied <- (easy & Q1 == 1) | (!easy & Q1 %in% c(1, 2))
  life <- (easy & Q2a %in% c(1, 2)) | (!easy & Q2a %in% 1:3)
  valid <- function(answer, codes) answer %in% codes

  in_two <- stratum %in% c(2, 4) & setting == "Community"
  asked <- cbind(Q15a, Q15b, Q15c, Q15d, Q16a, Q16b, Q16c)
  current <- 0.203 * rowSums(sapply(names(utility), function(q) utility[[q]][replace(get(q), !get(q) %in% 1:4, NA)])) - 0.466
  expected <- 0.5798 + 0.0473 * (age > 64) - 0.0148 * (Q13 == 3) - 0.109 * (Q13 > 3) - 0.0202 * rowSums(asked - 1) -
    0.0308 * (Q17 == 2) - 0.125 * (Q17 > 2) - 0.0603 * (Q18 == 2) - 0.11 * (Q18 > 2)
  complete <- all_answered & rowSums(asked >= 1 & asked <= 3) == 7 & valid(Q13, 1:5) & valid(Q17, 1:4) & valid(Q18, 1:4)
  supported <- in_two & reason != "Social support"

  found <- rbind(
    measure("1A", all_answered, 32 - rowSums(items)),
    measure("1B", valid(Q3a, 1:4), as.numeric(Q3a %in% 1:2)),
    measure("1I1", valid(Q8a, 1:4), as.numeric(Q8a == 1)),
    measure("3A", ifelse(easy, Q1 %in% 1:5, Q1 %in% 1:7), as.numeric(satisfied)),
    measure("3D1", valid(Q12, 2:5), as.numeric(Q12 %in% 2:3)),
    measure("4A", valid(Q7a, 1:4), as.numeric(Q7a == 1)),
    measure("4B", valid(Q7b, 1:2), as.numeric(Q7b == 1)),
    measure("Q2a", ifelse(easy, Q2a %in% 1:5, Q2a %in% 1:7), as.numeric(life)),
    measure("1J", complete & supported, current - expected, populations$supported),
    measure("Q2c", valid(Q2c, 1:3) & in_two & form == 1, as.numeric(Q2c == 1), populations$community))
  found$versions <- sprintf("R %s; survey %s", getRversion(), packageVersion("survey"))
  write.csv(found, "expected-ascs.csv", row.names = FALSE)
  print(found)
})
