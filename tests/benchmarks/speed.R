# Time lmerTest and emmeans on the models of speed.py: Rscript speed.R <folder>
# Prints processor seconds with the degrees of freedom that emmeans takes unasked (Kenward-Roger), and with
# those of Satterthwaite.
suppressMessages({library(lmerTest); library(emmeans)})
folder <- commandArgs(trailingOnly = TRUE)[1]
emm_options(lmerTest.limit = 1e6)
data <- read.csv(file.path(folder, "pairs.csv"), na.strings = "", stringsAsFactors = TRUE)
models <- read.csv(file.path(folder, "models.csv"))

one <- function(row, method) {
  fit <- lmer(as.formula(paste(row[["formula"]], "+ (1 | person)")), data)
  anova(fit, ddf = "Satterthwaite")
  as.data.frame(emmeans(fit, strsplit(row[["factors"]], " ")[[1]], lmer.df = method))
}
for (method in c("kenward-roger", "satterthwaite")) {
  suppressMessages(one(models[1, ], method))  # loading is not timed
  spent <- system.time(suppressMessages(for (i in seq_len(nrow(models))) one(models[i, ], method)))
  cat(spent[["user.self"]] + spent[["sys.self"]], "\n")
}
