# One age band of the sample's carers as a domain of the whole design, and beside everyone else: R survey on the answers of the
# sample's run (responses.csv beside this file: the synthetic answers with stratum, age band and weight).
#
#     Rscript tests/reference/packs/packs.R tests/reference/packs > tests/reference/packs/expected.csv
suppressMessages(library(survey))
options(digits = 17)
folder <- commandArgs(trailingOnly = TRUE)[1]
d <- read.csv(file.path(folder, "responses.csv"), check.names = FALSE)
d$N <- round(ave(d$weight, d$stratum, FUN = sum))
# The only unit of its stratum is all of it.
options(survey.lonely.psu = "certainty")
design <- svydesign(~1, strata = ~stratum, fpc = ~N, data = d)
cat("group,question,n,estimate,se,other,difference,se_difference\n")
for (question in c("q05", "q08", "q11", "q15")) {
  x <- d[[question]]
  valid <- x > 0
  positive <- if (question == "q15") x >= 4 else x <= 2
  now <- update(design, p = as.numeric(valid & positive), ok = valid)
  for (band in c("18-34", "35-49", "50-64", "65-79", "80+")) {
    now <- update(now, own = factor(ifelse(age_band == band, "in", "out")))
    domain <- svymean(~p, subset(now, ok & own == "in"))
    both <- svyby(~p, ~own, subset(now, ok), svymean, covmat = TRUE)
    gap <- svycontrast(both, c("in" = 1, "out" = -1))
    cat(band, question, sum(valid & d$age_band == band), as.numeric(coef(domain)), as.numeric(SE(domain)),
        as.numeric(coef(both)["out"]), as.numeric(coef(gap)), as.numeric(SE(gap)), sep = ",")
    cat("\n")
  }
}
