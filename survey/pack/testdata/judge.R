# Computes the figures of the official table from basis.json alone, by formulas:
#   ratio estimates; variance by groups and rest (analysis of variance of unit totals);
#   t intervals; Korn and Graubard (1998) for shares, with the effective sample size of
#   stats/estimate/korngraubard.go; design effects against simple random sampling with
#   replacement.
# R 4.2.2, jsonlite. Rscript judge.R < basis.json > judged.json
library(jsonlite)
b <- fromJSON(file("stdin"), simplifyVector = FALSE)
f <- b$sampled
num <- function(x) if (is.null(x)) NaN else as.numeric(x)
variance <- function(s) {
  v <- num(s$rest)
  if (length(s$totals) == 0) return(v)
  stratum <- sapply(f$groups, function(g) g$strata[[1]])
  m <- sapply(f$groups, function(g) g$units)
  factor <- sapply(f$groups, function(g) num(g$factor))
  t <- sapply(s$totals, num)
  for (h in unique(stratum)) {
    i <- stratum == h
    if (sum(i) < 2) next
    v <- v + sum(factor[i] * m[i] * (t[i] / m[i] - sum(t[i]) / sum(m[i]))^2)
  }
  v
}
out <- list()
put <- function(name, v) if (length(v) == 1 && is.finite(v)) out[[name]] <<- v
korn <- function(p, se, df, n, level) {
  tail <- (1 - level) / 2
  if (!is.finite(se) || df <= 0) return(c(NaN, NaN))
  kish <- max(1, num(f$kish_deff)); rare <- 0; deff <- 0
  if (se > 0 && p > 0 && p < 1) { rare <- n * min(p, 1 - p) / kish; deff <- se^2 * n / (p * (1 - p)) }
  deff <- (rare * deff + kish * min(3, max(1, n / (df + 1)))) / (rare + 1)
  eff <- min(n, n / deff * (qt(1 - tail, max(1, n - 1)) / qt(1 - tail, df))^2)
  x <- p * eff
  c(if (p <= 0) 0 else qbeta(tail, x, eff * (1 - p) + 1), if (p >= 1) 1 else qbeta(1 - tail, x + 1, eff * (1 - p)))
}
estimate <- function(name, est, s, n, scatter, share = TRUE, ends = c(0, 1)) {
  v <- variance(s); df <- num(s$df); se <- sqrt(max(0, v))
  put(paste0(name, ".est"), est); put(paste0(name, ".se"), se)
  put(paste0(name, ".deff"), v / (scatter * n / (n - 1) / n))
  lim <- if (share) korn(est, se, df, n, 0.95) else {
    l <- est + c(-1, 1) * qt(0.975, df) * se; c(max(l[1], ends[1]), min(l[2], ends[2]))
  }
  put(paste0(name, ".low"), lim[1]); put(paste0(name, ".high"), lim[2])
}
used <- f$apart$items; if (is.null(used)) used <- 0
index <- if (used > 0) num(f$apart$index) else 0
shares <- if (used > 0) num(f$apart$satisfied) else 0
for (i in f$items) {
  if (isTRUE(i$hidden)) next
  col <- function(what) sum(sapply(i$sums, function(s) num(s[[what]])))
  n <- col("n"); all <- col("all"); on <- col("weight"); whole <- col("weight_all")
  p <- col("satisfied") / on; mean <- col("points") / on
  used <- used + 1
  index <- index + 100 * (mean - i$low) / (i$high - i$low)
  shares <- shares + p
  estimate(paste0(i$id, ".satisfied"), p, i$satisfied_spread, n, p * (1 - p))
  estimate(paste0(i$id, ".mean"), mean, i$mean_spread, n, num(i$scatter) / on, FALSE, c(i$low, i$high))
  d <- col("dont_know") / whole
  estimate(paste0(i$id, ".dont_know"), d, i$dont_know_spread, all, d * (1 - d))
  put(paste0(i$id, ".at_least"), korn(p, sqrt(max(0, variance(i$satisfied_spread))), num(i$satisfied_spread$df), n, 0.9)[1])
}
composite <- function(name, est, s, top) {
  se <- sqrt(variance(s)); l <- est + c(-1, 1) * qt(0.975, num(s$df)) * se
  put(paste0(name, ".est"), est); put(paste0(name, ".se"), se)
  put(paste0(name, ".low"), max(0, l[1])); put(paste0(name, ".high"), min(top, l[2]))
}
composite("index", index / used, f$index, 100)
composite("satisfied", shares / used, f$satisfied, 1)
w <- b$weights
put("kish_deff", w$n * w$squares / w$sum^2)
put("rr1", b$fieldwork$complete / b$fieldwork$invited)
cat(toJSON(out, auto_unbox = TRUE, digits = 15, pretty = TRUE))
