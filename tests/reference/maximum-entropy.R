# Joint inclusion probabilities of the maximum entropy design (conditional Poisson), from R's sampling package (2.9).
# Run: Rscript tests/reference/maximum-entropy.R
library(sampling)
x <- c(3, 8, 1, 12, 5, 7, 2, 9, 6, 4, 11, 10)
cat(formatC(UPmaxentropypi2(4 * x / sum(x))[1, ], digits = 17, format = "g"), sep = "\n")
