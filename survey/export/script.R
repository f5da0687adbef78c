# {{.Title}}
# {{.Read}}
#
# 用法 / usage: Rscript weights-and-estimates.R [folder]
# 由 data.csv 重算权重和全部估计，写入 estimates-r.csv，并与 estimates.csv 比对。
# Redoes the weights and every estimate from data.csv, writes estimates-r.csv and
# compares it with estimates.csv. Needs R with the package survey.
#
# 抽样：层内按规模抽取初级单元，按有放回估计方差（不用有限总体校正，偏保守）。
# Design: PSUs within strata, variances as if drawn with replacement: no finite
# population correction, on the safe side. A stratum with one PSU left adds its
# square about the mean of all.
options(survey.lonely.psu = "adjust", width = 160)
suppressPackageStartupMessages(library(survey))

arguments <- commandArgs(trailingOnly = TRUE)
folder <- if (length(arguments)) arguments[1] else "."
data <- read.csv(file.path(folder, "data.csv"), na.strings = "", encoding = "UTF-8",
                 check.names = FALSE, stringsAsFactors = FALSE)
names(data)[1] <- "channel" # behind the byte order mark

# 只有有最终权数的答卷：{{if and .Plan .Plan.Blend}}样本和海报中参与答题、未被剔除的居民 / residents of the sample and of posters
# who took part and were not left out{{else}}抽样样本中参与答题、未被剔除的居民 / residents of the sample who took part
# and were not left out{{end}}
answers <- data[data$disposition %in% 1:3 & !is.na(data$weight_final), ]
answers$stratum <- as.character(answers$stratum)
answers$psu <- as.character(answers$psu)

population <- {{num .Population}}
margins <- list({{range $i, $m := .Margins}}{{if $i}},{{end}}
  {{$m.Column}} = c({{range $j, $c := $m.Cells}}{{if $j}}, {{end}}{{quote $c.Code}} = {{num $c.Total}}{{end}}){{end}}
)
for (name in names(margins)) {
  known <- as.character(answers[[name]])
  cells <- names(margins[[name]])
  answers[[name]] <- factor(ifelse(known %in% cells, known, "(unknown)"), levels = cells)
}

{{if .Plan}}{{template "plan" .}}{{else}}design <- svydesign(ids = ~psu, strata = ~stratum, weights = ~weight_design, nest = TRUE, data = answers)
if (length(margins)) {
  formula <- reformulate(names(margins))
  totals <- c(population, unlist(lapply(margins, function(cells) cells[-1]), use.names = FALSE))
  names(totals) <- colnames(model.matrix(formula, answers))
  design <- calibrate(design, formula, totals, calfun = "raking", epsilon = 1e-11, maxit = 200)
} else {
  answers$weight_design <- answers$weight_design * population / sum(answers$weight_design)
  design <- svydesign(ids = ~psu, strata = ~stratum, weights = ~weight_design, nest = TRUE, data = answers)
}
w <- weights(design)
replicated <- FALSE
{{end}}kish <- max(1, length(w) * sum(w^2) / sum(w)^2)

# Korn 和 Graubard (1998) 的比例区间，设计效应向假定值收缩
# Interval of a share after Korn and Graubard (1998), with the design effect drawn
# towards the assumed one where the sample shows little.
share_limits <- function(p, se, df, n, level) {
  if (is.na(p) || is.na(df) || df <= 0) return(c(NA, NA))
  if (p < 1e-12) p <- 0
  if (p > 1 - 1e-12) p <- 1
  tail <- (1 - level) / 2
  rare <- 0
  deff <- 0
  if (se > 1e-12 && p > 0 && p < 1) {
    rare <- n * min(p, 1 - p) / kish
    deff <- se^2 * n / (p * (1 - p))
  }
  size <- max(1, n / (df + 1))
  deff <- (rare * deff + kish * min(3, size)) / (rare + 1)
  ratio <- qt(1 - tail, max(1, n - 1)) / qt(1 - tail, df)
  effective <- min(n, n / deff * ratio^2)
  c(if (p > 0) qbeta(tail, effective * p, effective * (1 - p) + 1) else 0,
    if (p < 1) qbeta(1 - tail, effective * p + 1, effective * (1 - p)) else 1)
}

mean_of <- function(values, inside) {
  rows <- inside & !is.na(values)
  if (!any(rows)) return(list(n = 0, est = NA, se = NA, df = NA, z = 0 * w))
  with_y <- design
  with_y$variables$y <- ifelse(is.na(values), 0, values)
  part <- subset(with_y, rows)
  if (replicated) {
    y <- ifelse(rows, values, 0)
    est <- sum(w[rows] * y[rows]) / sum(w[rows])
    z <- apply(columns, 2, function(r) sum(r[rows] * y[rows]) / sum(r[rows]))
    return(list(n = sum(rows), est = est, se = jackknifed(z, est), df = degrees, z = z))
  }
  m <- svymean(~y, part)
  est <- as.numeric(coef(m))
  list(n = sum(rows), est = est, se = as.numeric(SE(m)), df = degf(part),
       z = ifelse(rows, (values - est) / sum(w[rows]), 0))
}

table_of <- function(label, inside) {
  out <- NULL
  add <- function(item, measure, n, est, se, df, limits) {
    if (is.na(df) || df <= 0) se <- NA
    out <<- rbind(out, data.frame(table = label, item = item, measure = measure, n = n, est = est, se = se,
                                  low = limits[1], high = limits[2], df = df))
  }
  t_limits <- function(m, low, high) {
    if (is.na(m$df) || m$df <= 0) return(c(NA, NA))
    c(max(low, m$est - qt(0.975, m$df) * m$se), min(high, m$est + qt(0.975, m$df) * m$se))
  }
  places <- list()
  shares <- list()
  item <- function(name, points, valid, satisfied, apart) {
    on_scale <- points %in% valid
    add_share <- function(measure, m) add(name, measure, m$n, m$est, m$se, m$df, share_limits(m$est, m$se, m$df, m$n, 0.95))
    share <- mean_of(ifelse(on_scale, as.numeric(points %in% satisfied), NA), inside)
    add_share("satisfied", share)
    add(name, "at_least", share$n, share$est, share$se, share$df, c(share_limits(share$est, share$se, share$df, share$n, 0.90)[1], NA))
    m <- mean_of(ifelse(on_scale, points, NA), inside)
    add(name, "mean", m$n, m$est, m$se, m$df, t_limits(m, min(valid), max(valid)))
    asked <- on_scale | points %in% apart
    for (measure in names(apart))
      add_share(measure, mean_of(ifelse(asked, as.numeric(!on_scale & points %in% apart[measure]), NA), inside))
    if (share$n > 0) {
      place <- mean_of(ifelse(on_scale, 100 * (points - min(valid)) / max(1, max(valid) - min(valid)), NA), inside)
      places[[length(places) + 1]] <<- place
      shares[[length(shares) + 1]] <<- share
    }
  }
{{range .Items}}  item({{quote .ID}}, answers[[{{quote .Column}}]], {{ints .Valid}}, {{ints .Satisfied}}, c({{range $i, $a := .Apart}}{{if $i}}, {{end}}{{$a.Measure}} = {{$a.Point}}{{end}}))
{{end}}  overall <- function(measure, parts, top) {
    if (!length(parts)) return(invisible())
    z <- Reduce(`+`, lapply(parts, `[[`, "z")) / length(parts)
    m <- list(est = mean(sapply(parts, `[[`, "est")))
    if (replicated) {
      m <- c(m, se = jackknifed(z, m$est), df = degrees)
    } else {
      with_z <- design
      with_z$variables$z <- z
      m <- c(m, se = as.numeric(SE(svytotal(~z, with_z))), df = degf(subset(design, inside)))
    }
    add("overall", measure, sum(inside), m$est, m$se, m$df, t_limits(m, 0, top))
  }
  overall("index", places, 100)
  overall("satisfied", shares, 1)
  out
}

estimates <- table_of("all", rep(TRUE, nrow(answers)))
if (any(answers$insider == 1, na.rm = TRUE))
  estimates <- rbind(estimates, table_of("without_insiders", !(answers$insider %in% 1)))

spelled <- estimates
for (column in c("est", "se", "low", "high", "df"))
  spelled[[column]] <- ifelse(is.na(estimates[[column]]), "", sprintf("%.17g", estimates[[column]]))
write.csv(spelled, file.path(folder, "estimates-r.csv"), row.names = FALSE, quote = FALSE)
print(format(estimates, digits = 6), row.names = FALSE)

cat(sprintf("\nweights: greatest relative difference %.1e\n", max(abs(w / answers$weight_final - 1))))
theirs <- file.path(folder, "estimates.csv")
if (file.exists(theirs)) {
  released <- read.csv(theirs, na.strings = "", encoding = "UTF-8", check.names = FALSE)
  names(released)[1] <- "table"
  both <- merge(estimates, released, by = c("table", "item", "measure"), suffixes = c("", ".released"))
  cat(sprintf("rows: %d here, %d released, %d in both\n", nrow(estimates), nrow(released), nrow(both)))
  for (column in c("n", "est", "se", "low", "high", "df")) {
    here <- both[[column]]
    there <- both[[paste0(column, ".released")]]
    cat(sprintf("%s: greatest difference %.1e, %d defined in one only\n", column,
                max(c(0, abs(here - there)), na.rm = TRUE), sum(is.na(here) != is.na(there))))
  }
}
