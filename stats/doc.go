// Package stats is documentation only: what the packages below it compute, and
// who judges each number. They are pure functions over columns of numbers, without
// files and clocks; stats/analysis reads an analysis file and its CSV from readers.
//
//   - weight, design, estimate: a tower: adjusted weights; strata, clusters and
//     replicates with their variances; statistics with intervals and tests
//   - regress, scale: regressions and key drivers; reliability of scales
//   - sample: sizes, allocations, draws
//   - sequence: limits that hold at every look at a running survey
//   - rank: certainty of ranks, composites
//   - analysis: analysis files, format 1; KINDS.md there has its request kinds
//
// # Judges
//
// One row a feature: feature | independent judge | input | tolerance (relative) | tests. A test is named with its
// package; cases of a table-driven test follow it by the first part of their names. A test of this package holds the
// table to the tests that exist. Cases pNN and sNN come from R on data of R packages (testdata/reference of analysis
// and rank), mNN likewise (analysis/testdata/models); their sources stand in SOURCE.md there.
//
//	means, totals, category shares, strata, fpc, design effects | R survey 4.5: svymean, svytotal | apistrat, apisrs | 1e-8 | analysis.TestReference/p01 p02 p03
//	clusters, missing values, fpc as fraction, ratios | R survey 4.5: svydesign, svyratio | apiclus1, fpc | 1e-8 | analysis.TestReference/p04 p05 p05b p06
//	two stages with fpc, ultimate clusters | R survey 4.5: svydesign | apiclus2 | 1e-8 | analysis.TestReference/p07 p08
//	three stages with fpc counts and fractions, PPS by strata, adjustments in turn, replicates given and made | R survey 4.5 | a made-up survey (testdata/varied), 23 designs | 1e-8 (likelihood 5e-3) | analysis.TestVaried
//	means, groups and t tests of simple random samples | textbook formulas by hand | 4 to 12 rows | 1e-12 | estimate.TestSimpleRandomSampleIsTheTextbook estimate.TestGroupsContrastsAndTTests
//	totals under every design rule | by hand | 8 rows | 1e-12 | design.TestVarianceOfATotalByHand
//	lonely PSUs: fail, remove, certainty, adjust, average | R survey 4.5: survey.lonely.psu; by hand | apiclus1; 8 rows | 1e-8; 1e-12 | analysis.TestReference/p36 design.TestLonelyPSUs
//	PPS, Brewer | R survey 4.5: svydesign(pps="brewer") | election | 1e-8 | analysis.TestReference/p39
//	PPS, Overton | by hand; R survey 4.5: svydesign(pps="overton") | 4 rows; 30 rows | 1e-12; 1e-8 | design.TestPPSVariances analysis.TestVaried/overton
//	degrees of freedom of domains | by hand; R survey 4.5: degf | 8 rows; all cases | exact | design.TestDFCountsPSUsAndStrataOfTheDomain
//	post-stratification | R survey 4.5: postStratify | apiclus1, apistrat | 1e-8 | analysis.TestReference/p09 p10 p24
//	raking | R survey 4.5: rake, calibrate; raking and calibration by each other | apiclus1, apistrat; 300 and 140,000 rows | 1e-8; 1e-7 | analysis.TestReference/p11 p12 p26 weight.TestCalibrationWithTheRakingDistanceIsRaking design.TestRakedVarianceIsThatOfTheRegressionForEqualWeights
//	calibration linear, raking, logit; bounds on g and on weights | R survey 4.5: calibrate | apistrat, apiclus1 | 1e-8 | analysis.TestReference/p13 p14 p15 p15c p16 p17
//	calibration with the raking distance and bounds | its totals and its bounds | 400 rows | 1e-9 | weight.TestBoundedRakingMeetsTheTotalsWithinItsBounds
//	regression residuals of a calibration | the normal equations | 200 rows | 1e-9 | weight.TestResidualsAndCoefficientsSolveTheNormalEquations
//	calibration that cannot be is an error | R survey 4.5 (fails too) | apiclus1 | - | analysis.TestReference/p15b
//	calibration where R's Newton step gives up | a linear program proves it feasible; its totals | apistrat | totals 1e-9, g 1e-6 | analysis.TestReference/p44 p45
//	trimming | R survey 4.5: trimWeights, strict too, and after a calibration | apiclus1; 7 rows; a made-up survey | 1e-8; 1e-12; 1e-8 | analysis.TestReference/p18 weight.TestStrictTrimIsThatOfR weight.TestStrictTrimKeepsTheSumWhereItFits analysis.TestVaried/caltrim analysis.TestVaried/caltrims
//	nonresponse by classes | by hand | 4 rows | 1e-12 | weight.TestNonresponseMovesWeightWithinItsClass
//	nonresponse by propensity: inverse, quintiles, on every replicate | R 4.2.2: glm, cut, quantile, svymean; rates by hand | apistrat; one factor | 1e-8 | analysis.TestModels/m10 m11 m12 m13 m14 m15 weight.TestPropensityOfOneFactorIsTheRateOfItsLevels
//	weight diagnostics: Kish design effect, n_eff, sums | R 4.2.2 by hand | the weights of all cases | 1e-8 | weight.TestSummarize analysis.TestReference/p18
//	weight diagnostics: totals met, range of g | by hand | 4 rows, each kind of step | 1e-9 | analysis.TestEveryStepToTotalsIsReportedOn
//	domains, groups, contrasts | R survey 4.5: subset, svyby, svycontrast | apiclus1, apistrat | 1e-8 | analysis.TestReference/p19 p20
//	sums by PSU and group in place of full columns | the columns spelled out | 240 to 40,000 rows | 1e-11 | design.TestGroupCovarianceIsThatOfTheColumnsSpelledOut design.TestTablesEqualTheRowsSpelledOut
//	rows dealt out by PSU before they are summed | the covariance of each column by itself | 300 PSUs in 30 strata, 13 columns | 1e-11 | design.TestTablesGiveTheGroupCovarianceOfEachColumn
//	groups of replicates, some without rows | each group as a domain of its own | 6 rows | 1e-12 | estimate.TestGroupsUseTheReplicatesInWhichTheyHaveRows
//	variances (mean squares), all the same, one unit | R survey 4.5: svyvar, svymean; by hand for replicates | apistrat; 4 rows | 1e-8; 1e-12 | analysis.TestReference/p37 p38 estimate.TestVarianceKeepsTheFullSampleSizeInReplicates
//	quantiles by three rules, Woodruff intervals | R survey 4.5: svyquantile | apistrat, apiclus1 | 1e-8 | analysis.TestReference/p21 p22
//	intervals of shares: t, logit, xlogit, arcsine, beta, likelihood | R survey 4.5: svyciprop | apiclus1, apistrat | 1e-8 (likelihood, logit as the case says) | analysis.TestReference/p23 p24
//	intervals of shares: Wilson | R survey 4.5: svyciprop; published limits of 8 of 10 | apiclus1, apistrat | 1e-8; 5e-5 | analysis.TestReference/p40 estimate.TestShareLimitsAreThePublishedOnesUnderSimpleSampling
//	minyi's own interval of a share | Clopper and Pearson's published limits; simulated coverage, below | 8 of 10; n 30 to 2,000 | 5e-5; at least 94 % | estimate.TestShareLimitsAreThePublishedOnesUnderSimpleSampling estimate.BenchmarkShareCoverage analysis.TestAShareWithoutAMethodHasMinyisInterval
//	threshold test 'at least 80 %': limits, p values, verdict | R 4.2.2: binom.test, one-sided | 45 of 50, and five more | 1e-9 | estimate.TestThresholdIsTheExactBinomialTestUnderSimpleSampling
//	threshold test under clusters and weights | simulation: false verdicts at the threshold | n 200 and 1,000, design effects 1 to 3 | at most 5 % and a point | estimate.TestThresholdErrsInAtMostOneSampleInTwenty analysis.TestThresholdKind
//	size that decides a threshold test | R 4.2.2: pbinom, qbinom over all sizes | six thresholds and truths | exact | sample.TestSizeForDecisionIsThatOfTheExactTest sample.TestSizeForDecisionOfACertainShare
//	t tests | R survey 4.5: svyttest | apiclus1 | 1e-8 | analysis.TestReference/p31
//	difference of estimates from samples drawn apart | R 4.2.2: t.test (Welch) | sleep | 1e-8 | estimate.TestSubtractIsWelchsTest estimate.TestSubtractWithoutVarianceHasNoTest
//	Rao-Scott chi-square first and second order, Wald | R survey 4.5: svychisq; Pearson by hand | apiclus1, apistrat; 75 rows | 1e-8; 1e-9 | analysis.TestReference/p32 p33 estimate.TestSimpleChiSquareIsPearsons
//	Rao-Scott with the exact tail | Imhof's inversion and a second quadrature | apiclus1 | 1e-5 | analysis.TestReference/p46
//	tails of t, F, chi-square and normal | Abramowitz and Stegun (1964), tables 26 | eleven points | 1e-8 | estimate.TestTestsHaveThePublishedTails
//	replicate designs JK1, JKn, BRR, Fay, bootstrap, given | R survey 4.5: svrepdesign | apiclus1, fpc, scd, apistrat | 1e-8 | analysis.TestReference/p25 p26 p27 p28 p29 p30
//	replicates made here: JK1, JKn, BRR, Fay | R survey 4.1-1: as.svrepdesign | fpc, apistrat, apiclus1, scd | 1e-10 (m04: 1e-8) | analysis.TestModels/m01 m02 m03 m04 m05 m06 m07 m08
//	replicates made here: jackknife and BRR of a total | the linearized variance, which they equal | 3 strata; pairs in 1 to 9 strata | 1e-12 | design.TestJackknifeAndBRRVarianceOfATotalIsTheLinearizedOne
//	replicates made here: seeded Rao-Wu bootstrap | the linearized variance over 60 seeds of 400 | 3 strata of 2, 3, 5 PSUs | 4 standard errors | design.TestBootstrapVarianceOfATotalIsTheLinearizedOneOnAverage design.TestBootstrapFactors
//	linear and logistic regression, tests of terms | R survey 4.1-1: svyglm, regTermTest, svycontrast | apistrat, apiclus1 | 1e-8 | analysis.TestModels/m20 m21 m22 m23 m24
//	regression on one factor | its means and log odds | 12 rows | 1e-10 | regress.TestRegressionOnAFactorIsTheMeansOfItsLevels regress.TestLogisticRegressionOnAFactorIsItsLogOdds
//	key drivers: coefficients, relative weights | R 4.2.2: svyglm, cov.wt, eigen; squared correlations | bfi; 8 rows | 1e-8; 1e-12 | analysis.TestModels/m40 regress.TestSharesOfUnrelatedDriversAreSquaredCorrelations
//	relative weights with standard errors and limits | R survey 4.1-1: svytotal of their influence, numeric; JKn | 60 rows, 15 PSUs | 1e-7 | regress.TestRelativeWeightsHaveTheErrorsOfR
//	Cronbach's alpha | R survey 4.5: svycralpha | bfi, apistrat | 1e-8 | analysis.TestReference/p34 p35
//	intervals of alpha | R survey 4.1-1: svyvar, delta method; qf (Feldt); psych 2.2.9 | bfi | 1e-7; 1e-8 | analysis.TestModels/m30 m31 scale.TestFeldtsLimitsAreThoseOfTheFDistribution
//	alpha, omega, regression by replicates | the statistic without one row each, spelled out | 16 rows; 6 rows | 1e-9; 1e-12 | scale.TestScalesOfReplicates regress.TestJackknifeOfASlope
//	McDonald's omega with intervals | R 4.2.2: factanal polished, svyvar, svrVar; exact factors by hand | bfi; 16 rows | 1e-6; 1e-7; 1e-10 | analysis.TestModels/m30 m31 m34 scale.TestOmegaOfAnExactFactor scale.TestAFitOnTheFloorIsThatOfR
//	item statistics | R psych 2.2.9: alpha; cov.wt | bfi | 1e-8 | analysis.TestModels/m32 m33
//	shares of 'do not know' and 'no answer' as estimates of their own | each column as a domain of its own, spelled out | 6 rows | 1e-12 | estimate.TestAvailableMeansTreatEachColumnAsItsOwnDomain
//	Fay-Herriot REML, ML, FH with MSE | R sae: mseFH; closed form of equal variances | milk; 6 areas | 1e-6; 1e-9 | analysis.TestReference/p41 estimate.TestFayHerriotOfEqualVariancesIsTheClosedForm
//	confidence sequence by betting | its definition spelled out; simulation of 30 daily looks | 300 answers; three shares and a mean, 1,000 surveys each | exact; crossing at most 5 % | sequence.TestBettingEqualsItsDefinition sequence.TestThirtyDailyLooksCrossInAtMostFivePercent
//	confidence sequence by normal mixture | Robbins' integral by quadrature; simulation of 30 daily looks | three settings; with clusters too | 1e-9; crossing at most 5 % | sequence.TestMixtureLimitsSolveRobbinsIntegral sequence.TestMixtureHoldsForClustersThatComeInWhole analysis.TestSequenceKind
//	sample size for a margin, with deff, response rate, fpc | Cochran (1977), section 4.4 | 384 and 343 | exact | sample.TestSizeForMarginFollowsCochran sample.TestMarginIsTheInverseOfItsSize
//	sample size for a threshold, normal | by hand (Fleiss and others 2003) | 0.8 against 0.85 | exact | sample.TestSizeForThreshold
//	allocation proportional, equal, Neyman, power; minimum per stratum | by hand | three strata | within 1; exact sums | sample.TestAllocationsSumAndKeepTheirFloor sample.TestPowerAllocation analysis.TestPlanningKinds
//	inclusion probabilities by size | R sampling 2.9: inclusionprobabilities | 8 units | 1e-12 | sample.TestProbabilitiesAreThoseOfRsSampling
//	draws SRS, systematic, PPS systematic, Sampford | simulation over 20,000 seeds | 8 units | 5 standard errors | sample.TestDrawsHaveTheirInclusionProbabilities
//	draws stratified, of people and of PSUs | simulation over 20,000 seeds | three strata; 8 PSUs | 5 standard errors; 5 % | sample.TestStratifiedSRSHasItsInclusionProbabilities sample.TestStratifiedGivesEveryoneOfAStratumTheSameChance
//	draws by Sampford, large | R's joint probabilities, below, over 10,000 seeds | 24 units; 120 of 480 to 5,000 of 20,000 | 5 standard errors | sample.TestLargeSampfordDrawsHaveTheirJointProbabilities sample.TestSampfordDrawsLargeSamples
//	joint probabilities of Sampford's method | R sampling 2.9: UPsampfordpi2 | 6 units, twice | 1e-12 | sample.TestSampfordJointProbabilities
//	rank sets: Mogstad and others; Klein and others | R csranks 1.2.3; formula | PISA 2018, travel times | ranges over 20 runs; 1e-9 | analysis.TestReference/p42 p43 rank.TestReference/s02 s13
//	rank probabilities | numerical integration | six units | 4 standard errors | rank.TestReference/s06
//	composites of survey and experts | closed forms; R csranks 1.2.3 | eight units | 1e-6 | rank.TestReference/s07
//	given weights of a real survey | the published shares, 74 % and 65 %; base R | Bloomington 2017 | 1e-6 | analysis.TestBloomingtonOneFilePerItem analysis.TestBloomingtonRoundsToThePublishedShares
//	the big survey in one pass | the spelled-out linearization; R survey 4.5 at 100,000 rows | made-up survey | 1e-12; est. 1e-9, se 1e-8 | analysis.TestTheShortcutOfTheBigSurveyEqualsTheLongWay analysis.TestTheBigSurveyHasTheNumbersOfR
//	the big survey as a whole process, beside R in the same run | R survey: calibrate, svyrecvar, in two variants | 100,000 and 1,000,000 rows | est. 1e-9, se 1e-8 | analysis.BenchmarkWholeProcessBesideR
//	many items and groups in one pass | each item on its own, from spelled-out rows | made-up sample | 1e-12 | estimate.TestItemMeansAreTheGroupMeansOfEachItem estimate.TestItemMeansOfACalibratedMarginHaveNoVariance
//	longstring, average string, IRV, Mahalanobis distance, even-odd | R's careless 1.2.2 | 40 people, 12 items | 1e-6 | careless.TestReference
//	percent match, neighbours, person-total correlation | their definition, computed apart | 40 people, 12 items | 1e-6 | careless.TestReference careless.TestVectorsMatchAsAnswersDo
//	Mahalanobis distance of a singular covariance | the distance without the redundant items | 40 people, 3 items and their sum | 1e-9 | careless.TestMahalanobisOfASingularCovariance
//	psychometric synonyms and antonyms, reversed-item conflict | by hand | 5 and 4 people | 1e-12 | careless.TestSynonyms careless.TestReversedConflictSparesTheContentWhoRead
//	Guttman errors | all pairs of item steps, all 81 patterns | 30 people, 4 items | 1e-12 | careless.TestGuttmanErrors
//	CSV in chunks, eight bytes at a time | the same text row by row; by hand | 3 to 5 MB texts | exact | analysis.TestTextsWithAndWithoutQuotesReadTheSame analysis.TestErrorsDeepInATextNameTheirLine
//	same bits on any number of processors | itself, repeated | made-up survey | exact | analysis.TestTheBigSurveyHasTheSameBitsOnAnyNumberOfProcessors design.TestTablesHaveTheSameBitsOnAnyNumberOfProcessors regress.TestRegressionHasTheSameBitsOnAnyNumberOfProcessors
//	bad input: CSV and analysis files | fuzzing; RFC 4180 | seeds beside the test | an error with its place, never a panic | analysis.FuzzRun analysis.FuzzModels analysis.FuzzPlans analysis.TestBadDataNamesItsPlace analysis.TestQuotesMarksAndLineEndsOfRFC4180 analysis.TestBadPartsOfAFileNameTheirPlace analysis.TestBadRequestsAreEntriesWithErrors analysis.TestEveryNullHasAWord analysis.TestTheWordOnANullIsTrue
//	fields that nothing reads, or that stand twice | the documents, every kind and step | 25 files and requests | an error with its place | analysis.TestAFieldThatNothingReadsIsAnError analysis.TestAFieldThatAKindDoesNotReadIsItsEntrysError analysis.TestTheDocumentsNameEveryField
//
// # Where R cannot do it, or is wrong
//
// Calibration (p44, p45) takes damped Newton steps with a line search on the convex dual, so it ends whenever weights
// exist. The Rao-Scott test lincom (p46) inverts the characteristic function with the real degrees of freedom of the
// denominator. Regression goes on to the optimum where svyglm stops early, and refuses outcomes that the terms separate.
// The arcsine interval folds back beyond 0 and 1, as R's does; rake keeps R's variance rule (ten rounds of unweighted
// cell means), while calibrate with method raking gives the same weights with the regression residual.
//
// A lonely PSU counts in the variance of a domain whether or not it has rows there; R drops its stratum from
// designs without calibration. Replicates keep the degrees of freedom that they had before their weights were
// adjusted, which R counts anew. Below the first step of the distribution the quantile rule school is the
// smallest value, R's the mean of the two smallest. A strict trim that runs out of rows never clipped shares
// among those within the bounds, where R warns and loses weight.
package stats
