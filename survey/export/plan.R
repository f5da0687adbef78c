# 加权方案（经两人确认）：{{with .Plan}}{{.Method}}{{end}}。各步与平台相同，由 R 独立重算。
# The plan of the weights, as two people confirmed it, step by step.
scaled <- function(w) w * population / sum(w)
{{with .Plan}}sampled <- answers$channel == "sampled"
answers$base <- ifelse(sampled, {{if .Equal}}1{{else}}answers$weight_design{{end}}, 1)
{{if .Adjust}}units <- data.frame(
  stratum = c({{range $i, $u := .Units}}{{if $i}}, {{end}}{{quote $u.Stratum}}{{end}}),
  psu = c({{range $i, $u := .Units}}{{if $i}}, {{end}}{{quote $u.PSU}}{{end}}),
  weight = c({{range $i, $u := .Units}}{{if $i}}, {{end}}{{num $u.Weight}}{{end}}),
  invited = c({{range $i, $u := .Units}}{{if $i}}, {{end}}{{$u.Invited}}{{end}}),
  out = c({{range $i, $u := .Units}}{{if $i}}, {{end}}{{$u.Out}}{{end}}),
  size = c({{range $i, $u := .Units}}{{if $i}}, {{end}}{{$u.Size}}{{end}}))
{{if .Equal}}units$weight <- 1
{{end}}of_unit <- match(paste(answers$stratum, answers$psu, sep = "\r"), paste(units$stratum, units$psu, sep = "\r"))
units$back <- units$out + tabulate(of_unit[sampled], nrow(units))
by_class <- function(class) {
  class <- as.character(class)
  f <- tapply(units$weight * units$invited, class, sum) / tapply(units$weight * units$back, class, sum)
  units$weight * f[class]
}
{{if eq .Adjust "classes"}}{{if .Uses "size"}}# 按初级单元规模五等分 / fifths of the PSUs by size
order_of <- order(units$size)
class <- integer(nrow(units))
for (i in seq_along(order_of)) {
  class[order_of[i]] <- 1 + ((i - 1) * 5) %/% nrow(units)
  if (i > 1 && units$size[order_of[i - 1]] == units$size[order_of[i]]) class[order_of[i]] <- class[order_of[i - 1]]
}
{{else if .Uses "psu"}}class <- seq_len(nrow(units))
{{else}}class <- units$stratum
{{end}}adjusted <- by_class(class)
{{else}}terms <- c({{if .Uses "stratum"}}if (length(unique(units$stratum)) > 1) "stratum", {{end}}{{if .Uses "size"}}if (length(unique(pmax(1, units$size))) > 1) "log(pmax(1, size))", {{end}}"1")
units$p <- fitted(glm(reformulate(terms, "cbind(back, invited - back)"), family = binomial, data = units,
                      control = list(epsilon = 1e-14, maxit = 200)))
{{if .Classes}}cuts <- quantile(rep(units$p, units$invited), seq(0, 1, length.out = {{.Classes}} + 1), type = 7)
distinct <- sort(units$p)
distinct <- distinct[c(TRUE, diff(distinct) > 1e-12)]
cuts <- if (length(distinct) <= {{.Classes}} + 1) c(distinct[1] - 1e-9, distinct) else unique(cuts)
adjusted <- by_class(cut(units$p, cuts, include.lowest = TRUE))
{{else}}adjusted <- units$weight / units$p
{{end}}{{end}}answers$base[sampled] <- adjusted[of_unit[sampled]]
{{end}}{{end}}
meet <- function(design) {
{{if not .Margins}}  design
{{else}}  formula <- reformulate(names(margins))
{{if eq .Plan.Method "poststratify"}}  frequency <- data.frame(names(margins[[1]]), as.numeric(margins[[1]]))
  names(frequency) <- c(names(margins), "Freq")
  postStratify(design, formula, frequency{{if .Plan.Blend}}, compress = FALSE{{end}})
{{else}}  totals <- c(population, unlist(lapply(margins, function(cells) cells[-1]), use.names = FALSE))
  names(totals) <- colnames(model.matrix(formula, answers))
  calibrate(design, formula, totals, calfun = "{{.Plan.Method}}", epsilon = 1e-11, maxit = 500{{if .Plan.High}}, bounds = c({{num .Plan.Low}}, {{num .Plan.High}}){{end}}{{if .Plan.Blend}}, compress = FALSE{{end}})
{{end}}{{end}}}
{{with .Plan}}{{if .Blend}}# 混合：样本与海报的倾向伪权数；刀切法对每一步重算
# Blend: pseudo-weights of the posters from the odds; a jackknife on every step.
answers$stratum[!sampled] <- "(posters)"
size <- tapply(answers$psu, answers$stratum, function(p) length(unique(p)))
first <- unique(answers$stratum)[size[unique(answers$stratum)] > 1][1]
answers$group <- ifelse(size[answers$stratum] > 1, answers$stratum, first)
answers$cluster <- paste(answers$stratum, answers$psu, sep = "\r")
for (name in c("known_sex", "known_residence", "known_age")) {
  known <- ifelse(is.na(answers[[name]]), "", as.character(answers[[name]]))
  here <- table(known[sampled])
  both <- intersect(names(here), unique(known[!sampled]))
  known[!(known %in% both)] <- names(which.max(here[both]))
  answers[[name]] <- factor(known)
}
terms <- Filter(function(name) nlevels(answers[[name]]) > 1, c("known_sex", "known_residence", "known_age"))
lambda <- NULL
mix <- function(base) {
  w <- base
  w[sampled] <- scaled(base[sampled])
  answers$poster <- as.numeric(!sampled)
  answers$fit_weight <- w
  fit <- suppressWarnings(glm(reformulate(c(terms, "1"), "poster"), family = quasibinomial, weights = fit_weight, data = answers,
                              subset = fit_weight > 0, control = list(epsilon = 1e-14, maxit = 200)))
  p <- suppressWarnings(predict(fit, answers, type = "response"))
  w[!sampled] <- scaled(base[!sampled] * (1 - p[!sampled]) / p[!sampled])
  effective <- function(w) sum(w)^2 / sum(w^2)
  if (is.null(lambda)) lambda <<- effective(w[sampled]) / (effective(w[sampled]) + effective(w[!sampled]))
  w * ifelse(sampled, lambda, 1 - lambda)
}
full <- mix(answers$base)
knife <- as.svrepdesign(svydesign(ids = ~cluster, strata = ~group, weights = ~base, data = answers), type = "JKn", mse = TRUE)
start <- svrepdesign(data = answers, weights = full, repweights = apply(weights(knife, "analysis"), 2, mix), combined.weights = TRUE,
                     type = "other", scale = knife$scale, rscales = knife$rscales, mse = TRUE)
degrees <- length(unique(answers$cluster)) - length(unique(answers$group))
{{else}}start <- svydesign(ids = ~psu, strata = ~stratum, weights = scaled(answers$base), nest = TRUE, data = answers)
{{end}}design <- meet(start)
{{if .Trim}}# 截尾 / what is clipped is shared out among the weights never clipped (Potter 1990)
limits <- c({{if .TrimLow}}{{num .TrimLow}} * mean(weights(design, "sampling")){{else}}-Inf{{end}},
            {{if .TrimHigh}}{{num .TrimHigh}} * mean(weights(design, "sampling")){{else}}Inf{{end}})
{{if or .Strict .Blend}}trimmed <- function(w) {
  clipped <- rep(FALSE, length(w))
  repeat {
    within <- pmin(pmax(w, limits[1]), limits[2])
    outside <- abs(w - within) > 1e-14 * abs(within)
    if (!any(outside)) return(w)
    clipped <- clipped | outside
    if (all(clipped)) clipped <- outside
    w <- ifelse(outside, within, w) + ifelse(clipped, 0, sum((w - within)[outside]) / sum(!clipped)){{if not .Strict}}
    return(w){{end}}
  }
}
{{if .Blend}}design$repweights <- apply(weights(design, "analysis"), 2, trimmed)
design$pweights <- trimmed(weights(design, "sampling"))
{{else}}design$prob <- 1 / trimmed(weights(design))
{{end}}{{else}}design <- trimWeights(design, lower = limits[1], upper = limits[2])
{{end}}{{if .Again}}design <- meet(design)
{{end}}{{end}}w <- as.numeric(weights(design, "sampling"))
{{if .Blend}}replicated <- TRUE
columns <- weights(design, "analysis")
jackknifed <- function(z, est) sqrt(knife$scale * sum(knife$rscales * (z - est)^2))
{{else}}replicated <- FALSE
{{end}}{{end}}