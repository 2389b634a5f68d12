# Inclusion probabilities proportional to size, with certainties, from R's sampling package (2.9).
# Run: Rscript tests/reference/inclusion.R > tests/reference/inclusion.csv
library(sampling)
x <- c(3, 8, 1, 12, 40, 5, 7, 2, 9, 150, 6, 4, 11, 10, 33)
cat("n,element,probability\n")
for (n in c(3, 6, 9, 12)) {
  p <- inclusionprobabilities(x, n)
  for (i in seq_along(x)) cat(n, i, formatC(p[i], digits = 17, format = "g"), sep = ",", fill = TRUE)
}
