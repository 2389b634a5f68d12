# Makes all data and expected values anew.
for (script in c("designs.R", "domains.R", "intervals.R", "weights.R", "comparisons.R", "adjustments.R", "homes.R", "trend.R", "several.R")) system2("Rscript", script)
