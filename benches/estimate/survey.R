# A hundredth of the work by R's survey package: a tenth of the rows, six of the sixty items.
suppressMessages(library(survey))
arguments <- commandArgs(TRUE)
data <- read.csv(arguments[1], nrows = as.integer(arguments[2]) / 10)
design <- svydesign(~1, strata = ~stratum, weights = ~weight, data = data)
for (item in paste0("q", 1:6)) {
  f <- as.formula(paste0("~factor(", item, ")"))
  svymean(f, design, na.rm = TRUE)
  svyby(f, ~area, design, svymean, na.rm = TRUE)
}
