# Reference results from lme4, lmerTest, pbkrtest and emmeans.
# Run through `python -m tests.golden.stats.make`, which writes the data to a temporary folder:
#   Rscript reference.R <folder with csv files> <models.json> <results.json>

suppressMessages({
  library(lme4); library(lmerTest); library(pbkrtest); library(emmeans); library(jsonlite)
})
arguments <- commandArgs(trailingOnly = TRUE)
folder <- arguments[1]
models <- fromJSON(arguments[2], simplifyDataFrame = FALSE)
emm_options(lmerTest.limit = 1e6, pbkrtest.limit = 1e6)

# Much tighter than the default, so that what is compared is the formulas and not two optimisers.
control <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhobeg = 0.02, rhoend = 1e-12, maxfun = 1e5))

columns <- function(frame) lapply(as.list(frame), as.vector)

test_table <- function(fit, ddf) {
  table <- anova(fit, type = 3, ddf = ddf)
  list(term = rownames(table), num_df = table$NumDF, den_df = table$DenDF,
       statistic = table[["F value"]], p_value = table[["Pr(>F)"]])
}

mean_table <- function(fit, names, df_method) {
  # The reference grid varies its first factor fastest; peerbook's tables vary the last one fastest.
  means <- as.data.frame(emmeans(fit, names, lmer.df = df_method))
  means <- means[do.call(order, unname(lapply(names, function(name) as.integer(means[[name]])))), ]
  low <- grep("lower.CL|asymp.LCL", colnames(means))
  list(factors = I(names), cells = columns(means[names]), mean = means$emmean, se = means$SE, df = means$df,
       ci_low = means[[low]], ci_high = means[[low + 1]])
}

pair_table <- function(fit, name, df_method, adjust) {
  table <- as.data.frame(summary(pairs(emmeans(fit, name, lmer.df = df_method)), infer = TRUE, adjust = adjust))
  low <- grep("lower.CL|asymp.LCL", colnames(table))
  list(contrast = as.character(table$contrast), estimate = table$estimate, se = table$SE, df = table$df,
       ci_low = table[[low]], ci_high = table[[low + 1]], statistic = table$t.ratio, p_value = table$p.value)
}

reference <- function(model) {
  message(model$name)
  data <- read.csv(file.path(folder, paste0(model$data, ".csv")), na.strings = "")
  for (name in model$factors) {
    data[[name]] <- factor(data[[name]], levels = sort(unique(data[[name]]), method = "radix"))
    if (!is.null(model$contrasts)) contrasts(data[[name]]) <- model$contrasts
  }
  formula <- as.formula(paste0(model$r, " + (1 | ", model$group, ")"))
  fit <- suppressMessages(lmer(formula, data, REML = TRUE, control = control))
  methods <- c("satterthwaite", if (model$kenward_roger) "kenward-roger")
  per_method <- function(method) {
    full <- c(satterthwaite = "Satterthwaite", `kenward-roger` = "Kenward-Roger")[[method]]
    effects <- as.data.frame(coef(summary(fit, ddf = full)))
    adjustments <- c("none", "tukey", "sidak", "holm", "bonferroni")
    list(
      fixed_effects = list(term = rownames(effects), estimate = effects$Estimate, se = effects[["Std. Error"]],
                           df = effects$df, statistic = effects[["t value"]], p_value = effects[["Pr(>|t|)"]]),
      f_tests = test_table(fit, full),
      marginal_means = lapply(model$means, function(names) mean_table(fit, names, method)),
      contrasts = lapply(model$pairs, function(name) {
        setNames(lapply(adjustments, function(adjust) pair_table(fit, name, method, adjust)), adjustments)
      })
    )
  }
  variances <- as.data.frame(VarCorr(fit))
  effects <- as.data.frame(ranef(fit, condVar = TRUE))
  effects <- head(effects[order(as.character(effects$grp), method = "radix"), ], 8)
  c(
    list(
      group_variance = variances$vcov[1], residual_variance = variances$vcov[2],
      rows = nobs(fit), groups = ngrps(fit)[[1]],
      random_effects = list(group = as.character(effects$grp), effect = effects$condval, se = effects$condsd)
    ),
    setNames(lapply(methods, per_method), methods)
  )
}

results <- setNames(lapply(models, reference), vapply(models, `[[`, "", "name"))
packages <- c("lme4", "lmerTest", "pbkrtest", "emmeans")
versions <- c(list(R = as.character(getRversion())), lapply(setNames(packages, packages), function(name) {
  as.character(packageVersion(name))
}))
write_json(list(versions = versions, models = results), arguments[3], digits = NA, auto_unbox = TRUE,
           na = "null", pretty = 1)
