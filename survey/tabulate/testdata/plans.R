# Judge of the weighting plans: R with its package survey redoes every plan on
# plans.csv, from the formulas of the plan and not from our code.
# Rscript plans.R > plans-R.csv
suppressPackageStartupMessages(library(survey))
cat(sprintf("# %s, survey %s: Rscript plans.R on plans.csv\n", R.version.string, packageVersion("survey")))
options(survey.lonely.psu = "adjust")
d <- read.csv("plans.csv", encoding = "UTF-8", stringsAsFactors = FALSE)
d$age <- ifelse(is.na(d$age) | d$age == "", "(unknown)", d$age)
d$sex <- factor(d$sex, c("male", "female"))
d$age <- factor(d$age, c("15-59", "60+", "(unknown)"))
d$residence <- factor(d$residence)
d$b3 <- ifelse(d$b3 == "study", "none", d$b3)
d$cell <- factor(paste(d$sex, d$b3, sep = "x"))
everybody <- d
posters <- d$stratum == ""
d <- d[!posters, ]
N <- 50000
units <- unique(d[c("stratum", "psu", "weight", "invited", "out", "size")])
units$back <- units$out + as.vector(table(d$psu)[units$psu])
scaled <- function(w) w * N / sum(w)
start <- function(w) svydesign(ids = ~psu, strata = ~stratum, weights = scaled(w), nest = TRUE, data = d)
sex <- N * c(male = 5102, female = 4898) / 10000
age_totals <- function(w) {
  unknown <- sum(scaled(w)[d$age == "(unknown)"])
  c("15-59" = (N - unknown) * 0.81, "60+" = (N - unknown) * 0.19, "(unknown)" = unknown)
}
cells <- c(malexfarm = 1100, malexwork = 2300, malexnone = 1500, femalexfarm = 1200, femalexwork = 2100, femalexnone = 1800)
cells <- N * cells[levels(d$cell)] / sum(cells)
meet <- function(design, formula, totals, ...) {
  names(totals) <- colnames(model.matrix(formula, d))
  calibrate(design, formula, totals, epsilon = 1e-12, maxit = 500, ...)
}
both <- function(w, ...) meet(start(w), ~sex + age, c(N, sex[-1], age_totals(w)[-1]), ...)
raked <- function(w) both(w, calfun = "raking")
of_unit <- function(values) values[match(d$psu, units$psu)]
class_factor <- function(class) {
  f <- tapply(units$weight * units$invited, class, sum) / tapply(units$weight * units$back, class, sum)
  d$weight * of_unit(f[as.character(class)])
}
propensity <- function() {
  m <- glm(cbind(back, invited - back) ~ stratum + log(size), family = binomial, data = units, control = list(epsilon = 1e-14, maxit = 100))
  fitted(m)
}
propensity_classes <- function(k) {
  p <- propensity()
  cuts <- unique(quantile(rep(p, units$invited), seq(0, 1, length.out = k + 1), type = 7))
  class_factor(cut(p, cuts, include.lowest = TRUE))
}
fifth <- function() {
  order_of <- order(units$size)
  rank <- integer(nrow(units))
  for (i in seq_along(order_of)) {
    u <- order_of[i]
    rank[u] <- 1 + ((i - 1) * 5) %/% nrow(units)
    if (i > 1 && units$size[order_of[i - 1]] == units$size[u]) rank[u] <- rank[order_of[i - 1]]
  }
  rank
}
trim <- function(design, low, high, strict) {
  m <- mean(weights(design))
  trimWeights(design, lower = low * m, upper = high * m, strict = strict)
}
show <- function(name, design) {
  w <- weights(design, "sampling")
  scale <- d$q01 %in% 1:5
  design$variables$share <- as.numeric(d$q01 %in% 4:5)
  s <- svymean(~share, subset(design, scale))
  m <- svymean(~q01, subset(design, scale))
  cat(sprintf("%s,%.15g\n", name, c(w, coef(s), SE(s), coef(m), SE(m))), sep = "")
}
w <- d$weight
show("raking", meet(start(w), ~age + cell, c(N, age_totals(w)[-1], cells[-1]), calfun = "raking"))
show("linear", both(w, calfun = "linear"))
show("linear bounded", both(w, calfun = "linear", bounds = c(0.2, 3)))
show("poststratify", postStratify(start(w), ~cell, data.frame(cell = names(cells), Freq = cells)))
show("none by stratum", start(class_factor(units$stratum)))
show("raking by psu", raked(class_factor(units$psu)))
show("raking by size", raked(class_factor(fifth())))
show("propensity", raked(d$weight / of_unit(propensity())))
show("propensity class", raked(propensity_classes(4)))
show("trimmed", trim(raked(w), 0.6, 1.7, TRUE))
show("trimmed once", trim(raked(w), -Inf, 1.5, FALSE))
again <- trim(both(w, calfun = "linear"), 0.6, 1.5, FALSE)
show("trimmed again", meet(again, ~sex + age, c(N, sex[-1], age_totals(w)[-1]), calfun = "linear"))
show("equal", raked(rep(1, nrow(d))))
strata <- c("甲" = 20, "乙" = 35, "丙" = 45) * N / 100
show("by stratum known", postStratify(start(w), ~stratum, data.frame(stratum = names(strata), Freq = strata)))
show("logit", meet(start(w), ~age + cell, c(N, age_totals(w)[-1], cells[-1]), calfun = "logit", bounds = c(0.2, 4)))
# Posters and sample: pseudo-weights from the odds, the jackknife on everything.
pooled <- everybody
pooled$stratum[posters] <- "(posters)"
pooled$cell <- factor(paste(pooled$sex, pooled$b3, sep = "x"))
blended <- function(w, formula, totals_of, calfun) {
  base <- c(w, rep(1, sum(posters)))
  lambda <- NULL
  mix <- function(base) {
    mixed <- base
    mixed[!posters] <- scaled(base[!posters])
    pooled$z <- as.numeric(posters)
    pooled$base <- mixed
    fit <- suppressWarnings(glm(z ~ sex + residence + age, family = quasibinomial, weights = base, data = pooled, subset = base > 0,
                                control = list(epsilon = 1e-14, maxit = 200)))
    p <- suppressWarnings(predict(fit, pooled, type = "response"))
    mixed[posters] <- scaled(base[posters] * (1 - p[posters]) / p[posters])
    neff <- function(w) sum(w)^2 / sum(w^2)
    if (is.null(lambda)) lambda <<- neff(mixed[!posters]) / (neff(mixed[!posters]) + neff(mixed[posters]))
    mixed * ifelse(posters, 1 - lambda, lambda)
  }
  full <- mix(base)
  knife <- as.svrepdesign(svydesign(ids = ~psu, strata = ~stratum, weights = base, nest = TRUE, data = pooled), type = "JKn", mse = TRUE)
  columns <- apply(weights(knife, "analysis"), 2, mix)
  design <- svrepdesign(data = pooled, weights = full, repweights = columns, combined.weights = TRUE, type = "other",
                        scale = knife$scale, rscales = knife$rscales, mse = TRUE)
  totals <- totals_of(full)
  names(totals) <- colnames(model.matrix(formula, pooled))
  d <<- pooled # what show() looks at
  calibrate(design, formula, totals, calfun = calfun, epsilon = 1e-12, maxit = 500, compress = FALSE)
}
unknown_age <- function(w) sum(w[pooled$age == "(unknown)"])
ages <- function(w) c((N - unknown_age(w)) * 0.19, unknown_age(w))
by_stratum <- class_factor(units$stratum)
sample_only <- d
show("blended", blended(w, ~sex + age, function(w) c(N, sex[-1], ages(w)), "raking"))
show("blended linear", blended(by_stratum, ~age + cell, function(w) c(N, ages(w), cells[-1]), "linear"))
d <- sample_only
known <- rake(start(w), list(~sex, ~age), list(data.frame(sex = names(sex), Freq = sex), data.frame(age = names(age_totals(w)), Freq = age_totals(w))),
              control = list(epsilon = 1e-9, maxit = 500))
cat(sprintf("rake,%.15g\n", weights(known)), sep = "")
