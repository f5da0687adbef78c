# job.R DIR VARIANT: the big survey by R's package survey. Reads DIR/survey and DIR/margins.csv, calibrates to the
# four margins (raking distance) and writes DIR/VARIANT.csv: for every item and area the share of 4 and 5 among the
# answers 1 to 5, its standard error and the 95 % t limits. best: the package's variance function on the linearized
# columns of an item at once; greg: the projection on the margins made by hand once, then the same function.
suppressMessages({ library(survey); library(data.table) })
args <- commandArgs(TRUE); dir <- args[1]; variant <- args[2]
setDTthreads(2)
d <- fread(file.path(dir, "survey"), stringsAsFactors = TRUE, data.table = FALSE)
m <- fread(file.path(dir, "margins.csv"), data.table = FALSE, colClasses = list(character = 1:2))
des <- svydesign(ids = ~psu, strata = ~stratum, weights = ~w, data = d, nest = TRUE)
tot <- c("(Intercept)" = sum(m$total[m$var == "area"]))
for (v in c("area", "age", "sex", "edu")) {
  x <- m[m$var == v, ]; l <- levels(d[[v]])[-1]
  tot <- c(tot, setNames(x$total[match(l, x$level)], paste0(v, l)))
}
des <- calibrate(des, ~area + age + sex + edu, tot, calfun = "raking", epsilon = 1e-10, maxit = 100)
w <- weights(des); area <- as.integer(d$area); df <- degf(des); ps <- des$postStrata
if (variant == "greg") { base <- ps[[1]]$w; Q <- qr.Q(ps[[1]]$qr) }
out <- lapply(1:12, function(k) {
  q <- d[[paste0("q", k)]]; ok <- !is.na(q) & q <= 5; y <- as.numeric(ok & q >= 4)
  W <- rowsum(w * ok, area)[, 1]; p <- rowsum(w * y, area)[, 1] / W
  Z <- matrix(0, nrow(d), length(W)); Z[cbind(seq_along(y), area)] <- ok * (y - p[area]) / W[area]
  if (variant == "best") {
    V <- svyrecvar(Z * w, des$cluster, des$strata, des$fpc, postStrata = ps)
  } else {
    R <- Z * (w / base)
    V <- svyrecvar((R - Q %*% crossprod(Q, R)) * base, des$cluster, des$strata, des$fpc)
  }
  se <- sqrt(diag(V)); t <- qt(0.975, df)
  data.frame(area = levels(d$area), item = k, est = p, se = se, lo = p - t * se, hi = p + t * se)
})
out <- do.call(rbind, out)
out[3:6] <- lapply(out[3:6], function(x) sprintf("%.15g", x))
write.csv(out, file.path(dir, paste0(variant, ".csv")), row.names = FALSE, quote = FALSE)
