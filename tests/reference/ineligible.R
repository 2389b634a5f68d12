# Shares where some of the units drawn do not belong to the population: they count in the design and in no domain.
#
# Run from this folder: Rscript ineligible.R. The values stand in the tests of src/estimate/question.rs.
suppressMessages(library(survey))
options(digits = 17)

stratum <- function(name, population, yes, no, blank, ineligible) data.frame(
  stratum = name, population = population,
  yes = c(rep(1, yes), rep(0, no), rep(NA, blank), rep(NA, ineligible)),
  eligible = c(rep(TRUE, yes + no + blank), rep(FALSE, ineligible)))
drawn <- rbind(stratum("A", 100, 5, 3, 0, 2), stratum("B", 300, 4, 5, 1, 5))
count <- function(condition) ave(as.numeric(condition), drawn$stratum, FUN = sum)
drawn$weight <- drawn$population / count(TRUE | drawn$eligible)

show <- function(data, call) {
  design <- svydesign(ids = ~1, strata = ~stratum, fpc = ~population, weights = ~weight, data = data)
  found <- svymean(~yes, subset(design, eligible & !is.na(yes)))
  cat(call, sprintf("%.17g", coef(found)), sprintf("%.17g", SE(found)), degf(design), sum(weights(subset(design, eligible))), "\n")
}
show(drawn, "per-unit")

# Per question: the blank belongs to the population, so the eligible part of the stratum is shared by those who answered.
answered <- drawn[!drawn$eligible | !is.na(drawn$yes), ]
returned <- c(A = 8, B = 10)[answered$stratum]
valid <- c(A = 8, B = 9)[answered$stratum]
answered$weight <- answered$weight * ifelse(answered$eligible, returned / valid, 1)
show(answered, "per-question")
