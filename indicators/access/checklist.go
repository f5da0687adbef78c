// Package access knows accounts, roles, sessions and actors: who somebody is
// and which role may do what. It decides nothing about rounds, dossiers or
// surveys, and it does not speak HTTP.
//
// # What protects the service, and who judges it
//
// The 55 requirements (S) and 17 fault drills (F) that the service is held to: in
// short, how each is met or why it is argued, its pass mark, and the tests. A row that
// is not met begins its third cell with "open"; a row that no test can judge says
// "argued" in the last.
//
// ## Identity and sessions
//
//	S01 | one person, one account; names unique after folding; a fresh folder knows no password | the folded name (NFKC, case, ends) is the key of the account's row; no account is made but by a command or the security administrator | a fresh folder lists 0 accounts; four spellings of a name refused | TestFreshFolderHasNoAccount, TestNamesAreOneAfterFolding
//	S02 | passwords: length, classes, 10,000 common ones, Argon2id, a first password is changed | 10,269 common words, pairs of them, runs and columns of the keyboard, repeats and short pinyin refused, whatever stands around them; Argon2id 19 MiB, 2 passes, parameters in the hash; a one-time password opens the change only, and nothing after a week | table of 40 passwords; 4 hashes of the reference's argon2 command; every page but the change leads to it | TestPasswordRules, TestS02PasswordsThatGuessingBeginsWith, TestStoredPasswordIsArgon2id, TestS02Argon2idAgreesWithTheReferenceCommand, TestS02AOneTimePasswordEndsWithinAWeek, TestS06StaffSetUpASecondFactorAtTheFirstSignInAndNeedItEverAfter
//	S03 | expiry off, 90 days and the last 5 at level 3 | a setting of the service; hashes of former passwords are kept under it only | day 89 and day 90 by an injected clock; five passwords back | TestS03PasswordsGrowOldAndDoNotComeBackAtLevel3Only
//	S04 | guessing is slowed down, never the owner elsewhere | ten checks per account and network in ten minutes, counted from when a check begins, then a wait that doubles up to an hour; 300 failures per network; two computed at a time, 64 wait | 1,000 guesses at once: at most 10 computations, the owner comes in from another network | TestS04AThousandGuessesAreTenComputations, TestThrottleStopsGuessingButNotTheOwner, TestS06GuessingCodesIsStoppedFromManyNetworksToo
//	S05 | unknown and known names answer alike | an unknown name is checked against a hash that nothing has and noted in the trail without the name | wrong, unknown and disabled: the same refusal, 1 computation, 1 entry each | TestS05UnknownAndKnownNamesCostTheSame, TestUnknownNameAndWrongPasswordReadAlike
//	S06 | a second factor for every staff role | codes of an authenticator app or passkeys, ten hashed recovery codes; serve demands one of every role but applicants; a reset keeps it, only a command on the machine takes it away | RFC 6238 appendix B and oathtool; a code and a recovery code work once; a virtual device in Chromium signs in | TestS06CodesAgreeWithRFC6238AndOathtool, TestS06ACodeAndARecoveryCodeWorkOnce, TestS06AResetKeepsTheFactorAndOnlyTheMachineTakesItAway, TestS06WhoOwesASecondFactorSetsItUpFirst, TestS06StaffSetUpASecondFactorAtTheFirstSignInAndNeedItEverAfter, TestBrowserS06APasskeyIsAddedAndSignsIn, TestTheDemoAsksForNoSecondFactorAndServeDoes
//	S07 | session ids: random, new at each change of rights, guarded cookies | 256 random bits, new at sign-in, second factor, confirming and after factors change; another role ends the session; `__Host-` under TLS | every Set-Cookie of signing in, with TLS and without; a chosen id is never taken; the old id opens nothing | TestS07EveryCookieIsGuarded, TestS07ConfirmingGivesTheSessionANewSecret, TestS06ACodeAndARecoveryCodeWorkOnce, TestSessionSecretIsNewAtSignInAndCookieIsGuarded
//	S08 | sessions end: idle, absolute, sign-out, password, role; their owner sees them | 30 minutes idle, 12 hours in all, 10 minutes for the second factor; rows of the store, so that every instance sees the end at its next request; an account page lists and ends them | each way of ending, looked at by a second service on the store | TestSessionsEnd, TestS08SessionsEndForEveryInstanceAtOnce, TestS08NobodyEndsAnothersSession, TestWatchingKeepsNobodySignedIn
//	S09 | every change carries a token of its session; GET changes nothing | a MAC of the session, of the visitor's cookie or of the link; Origin and Sec-Fetch-Site looked at | every POST without, with another's and from elsewhere: 403; every GET: no table changed but trail and sessions | TestEveryChangeNeedsTheFormToken, TestS09FormsThatAreNotOurs, TestS09ReadingChangesNothing
//
// ## Access
//
//	S10 | refused unless granted, by one table | one table of routes gives method, path, roles and fields; the router is filled from it alone | each route as each of nine roles and as nobody; the table is kept in a file, the router has nothing beside it | TestS10RoutesAreGrantedOnPurpose, TestS10AndS19EveryRouteRefusesWhoIsNotGranted
//	S11 | what belongs to another answers as what does not exist | services look an object up under its owner and say that it is not there | each route that names an object, ten people, by every method: same status, same bytes, no table changed | TestS11AndC96AndC97NobodyReachesAnothersObjects, TestS11AnotherUnitsDossierLooksAsIfItDidNotExist, TestS33FilesAreServedToBeSavedAndS11OnlyToTheirOwner
//	S12 | no variant of a path or method opens more | the router minds case and slashes, guards stand at routes and never compare prefixes, no header changes a method | 20 spellings and 5 methods of each guarded route as nobody: never 200, never 5xx | TestS12VariantsOpenNoMoreThanThePlainPath
//	S13 | system, security and audit administrators apart | open | - | TestOnlySecurityAdministratorAddsAccounts
//	S14 | two people where a result changes | open | - | TestS14TwoAccountsSignTheSameDigest, TestS14TwoPeopleSignAndOnlyThenTheOfficeReads
//	S15 | only the named fields of a form have effect | open | - | TestNoFormTakesAFieldThatItDoesNotHaveOrOneTwice
//	S16 | before the notice nothing depends on results | open | - | TestC29AndC97BeforeTheNoticeNobodyOutsideSeesAResult
//	S17 | steps in order, in their window, one of two wins | open | - | TestS17FiledOnceUnderFiftyAtOnce, TestS17FilingAtOnceKeepsOne, TestS17TwoReweighAtOnceOneWins, TestS17TwoDecisionsAtOnceOneWins, TestS17EachStepIsDoneOnce
//	S18 | each role sees its columns | open | - | -
//
// ## Input and output
//
//	S19 | no input makes a 5xx, a panic or an exit | one middleware turns panics and errors into pages; text that is not UTF-8, forms with foreign or doubled fields and bodies past a route's size are refused before a handler reads them | 0 answers 5xx in 2,500 requests here, in 1,000,000 by cmd/load fuzz | TestS19AndS20AndS25AndS26AndS28BadInputIsRefusedAndNothingIsStored, TestS19NoInputMakesTheDoorFail, TestS10AndS19EveryRouteRefusesWhoIsNotGranted
//	S20 | every field has a type, range and length | field tables name every form's fields; services refuse what is out of range, control and bidirectional marks in names; what was typed stays | a table per form in both languages; 18 fuzz targets on what is decoded | TestS19AndS20AndS25AndS26AndS28BadInputIsRefusedAndNothingIsStored, FuzzParseMark, FuzzReadCSV, FuzzCheck, FuzzTyped
//	S21 | SQL by parameters only | statements are constants above the one method that runs them | no statement is put together in any source; gosec has no finding; sqlmap, level 3 risk 2, finds the planted fault and none of ours (.ci/attack) | TestS21AndS22AndS24AndS48SourcesKeepTheirRules
//	S22 | pages by html/template only | open: pages by html/template only, ready HTML in eleven reviewed files, no inline script by policy; stored payloads are not yet opened in a browser | no conversion outside the list | TestS21AndS22AndS24AndS48SourcesKeepTheirRules, TestBrowserEveryPageOfStaffHoldsWhatItIsFor
//	S23 | headers on every response | one middleware writes the headers before any handler runs | every GET as every role, errors and files too; HSTS and cookies under TLS; the browser walk has 0 reports of the policy | TestS23AndS26EveryAnswerHasItsHeaders, TestS23HeadersAndSizes, TestBrowserEveryPageOfStaffHoldsWhatItIsFor
//	S24 | cells of tables are inert | each writer of CSV puts an apostrophe before = + - @ tab and CR; workbooks hold texts as texts, numbers as numbers | every package that writes tables; files read back | TestS21AndS22AndS24AndS48SourcesKeepTheirRules, TestS24NoCellIsAFormula, TestS24ResultsAreCSVThatNoSpreadsheetRuns, TestS24CSVIsUTF8ThatSpreadsheetsNeitherMisreadNorCalculate
//	S25 | redirects lead to own paths | one function redirects, to paths of ours; the page to go on to after sign-in must begin with one slash; no Referer is read | each route with a forged head: Location is a path of ours | TestS19AndS20AndS25AndS26AndS28BadInputIsRefusedAndNothingIsStored, TestS25SignInLeadsOnlyToOwnPaths
//	S26 | links and codes use the configured address | links, mails and codes are built from the configured base address; no name of a host in a request is read | each route with seven forged headers: nothing comes back; the codes on posters, letters, notices and certificates are decoded by zbar | TestS23AndS26EveryAnswerHasItsHeaders, TestS19AndS20AndS25AndS26AndS28BadInputIsRefusedAndNothingIsStored, TestPrint…
//	S27 | the client's address comes from named proxies | the right-most hop that is no named proxy, else the socket's; headers of others are not read | twenty requests with twenty forged addresses count as one network's; the trail has none of them | TestS27ClientIsTheRightmostHopThatIsNoProxy, TestS27AForgedAddressChangesNeitherLimitNorTrail
//	S28 | an error shows a sentence and an id | web/errors.go alone writes error pages: refusals by their code's sentence, all else by a general one with the request's id | each route with a statement that fails, every statement with MINYI_FAULTS=1: no statement, file, type or stack shown; the id stands in the log | TestS19AndS20AndS25AndS26AndS28BadInputIsRefusedAndNothingIsStored, TestS28AndF17FailuresShowASentenceAndAnID
//	S29 | values kept past a request are copies | Fiber copies what it hands out (Immutable); the residents' door, which reads the body itself, copies what it keeps | 200 different forms at once, all stored as sent, with the race detector; more than 300 an hour one poster does not take | TestS29ManyFormsAtOnceAreStoredAsTheyWereSent
//	S30 | sizes, times and numbers are bounded | each route bounds its body before reading it, heads 8 KiB, forms by field tables; heavy sheets and exports are jobs | 413, 400 or 431 at once for a body of 1 GiB, a compressed one, one without an end, a head of 16 KiB; the residents' time beside ten exports is measured by load run only | TestS30BodiesAreBounded, TestS30ALargeBodyIsRefusedBeforeItIsRead, TestManySheetsAreMadeInTheBackground
//
// ## Files
//
//	S31 | kinds of files by content | kinds by content on a list that must agree with the name; refused without reading the rest; nothing kept | polyglots, renamed programs, active documents; at most 4 MiB more memory while 160 MiB pass | TestS31AcceptsTheListedKindsByContentUnderTheirDigest, TestS31RefusesWhatIsNotWhatItClaimsAndKeepsNothing, TestS31StopsReadingAtTheLimit, TestS31RefusesPicturesAndTextThatAreSomethingElseToo, TestS31MemoryStaysBoundedWhileLargeFilesComeAndGo
//	S32 | a file's name is text | bytes lie under their SHA-256; the name is text in the database | names with ../, NUL, 300 characters, devices, bidirectional marks: no file outside | TestS32TheNameIsOnlyText
//	S33 | files are served to be saved | files go out as attachments under a policy of their own; previews run nothing | each kind by its owner, by others, in a frame | TestS33FilesAreServedToBeSavedAndS11OnlyToTheirOwner, TestS33PreviewsRunNothingAndStandOnlyInOurFrames
//	S34 | bombs are refused | sizes, entries, ratio, nesting and pixels are bounded before and while unpacking | generated bombs are refused, a declared size is not believed | TestS34RefusesBombs, TestS34DoesNotBelieveADeclaredSize, TestWhatCannotBeReadIsRefusedAndABombStaysSmall
//	S35 | pictures carry no place or author | pictures that others see are previews made anew, without the camera's notes; an original stays byte for byte, since its digest is sealed, and only who judges the dossier may save it | no Exif and no place in a preview, in all eight orientations | TestS35PicturesAreUprightSmallAndWithoutNotes, TestAPictureOfAnObjectionTakesItsPreviewsAlong
//	S36 | the virus scanner | clamd by its socket (INSTREAM); a file that was not looked at is refused or marked and not shown, by setting | the EICAR text over both kinds of socket; scanner down | TestS36FilesPassTheVirusScanner, TestS36WithoutTheScannerFilesAreRefusedOrMarked
//
// ## Personal data
//
//	S37 | an inventory of every column | indicators/privacy names class, purpose, term and guard of every column; /office/privacy shows it | every column of both schemas | TestS37TheInventoryIsTheSchema
//	S38 | the notice before the first question | the notice stands before the first question and folds open without script; the version of its words is kept with the survey when it opens; the built-in paper asks nothing that article 28 names | equal words, equal version | TestS38TheVersionOfTheNoticeFollowsItsWords, TestTheReviewIsToldWhatTheNoticeAnnounces
//	S39 | an answer cannot be joined to a person | no column joins them; answers are re-filed shuffled, with salts that follow from the key of a form, which is not stored | joined no more than chance does, by every order of the file, salts among them | TestResponseCannotBeJoinedToItsInvitation, TestTablesOfAnswersHoldNothingOfTheLink, TestJoiningLinksAndAnswersByOrderIsNoBetterThanChance, TestKeysAreGoneFromTheFileAfterSettling
//	S40 | what expired is gone from the file | secure_delete, the log cut after every erasure, an entry with counts; what is sealed dies with its key | 0 hits in file, log and a later backup | TestS40WhatIsPastItsTermIsGoneFromTheFiles, TestS46TheListOfDeputiesIsErasedAfterItsTerm
//	S41 | people see, get, correct and delete their data | /me shows, hands out, corrects and deletes, and names what must stay; numbers of residents who are called are corrected and erased by the agency, with the list | one part a right | TestS41OfficialsSeeCopyCorrectAndDelete
//	S42 | no personal datum in URL, log, metric, error | logs and metrics name routes, never paths or values | 0 markers of all fields of all forms | TestS42NoFieldOrPasswordIsInALogAnAddressOrAMetric, TestLogNamesTheRouteNotThePath, TestMetricsCountWhatWasAskedAndNameNobody
//	S43 | small cells stay hidden | small cells are hidden with company until the attacker's linear programs leave a range | no count told to a range narrower than the least shown | TestNoHiddenCountCanBeToldByLinearPrograms, TestNoHiddenCountCanBeToldByTryingAllTables, TestTwoTablesDoNotTellOfTheFewByWhichTheyDiffer, TestWhatIsSignedDoesNotTellOfAFewInsiders
//	S44 | pages call no foreign origin | the policy allows our own origin only | 0 requests to others over every browser walk, each of which fails on one | TestS44BrowserFindsTroublesBehindThePage, TestBrowserEveryPageOfStaffHoldsWhatItIsFor
//	S45 | exports state reader, time, purpose | open | - | TestS45AgencyExportsForAPurpose, TestS45ExportSaysForWhomAndWhatFor
//
// ## Cryptography and records
//
//	S46 | personal data are encrypted at rest | indicators/keyring: AES-256-GCM, or SM4-GCM by setting, keys in a file beside the database, an id in every value; minyi keys rotate | every value opens after three kills, the old key goes, 0 markers | TestS46RotationSurvivesKill, TestAValueOpensOnlyWhereItBelongs, TestKeysChangeWhileOthersRead, TestS46TheListOfDeputiesIsErasedAfterItsTerm
//	S47 | SM2, SM3, SM4 agree with OpenSSL | gmsm; keyring.Module is the seam for a certified module | the standards' vectors and 1,000 inputs through OpenSSL, equal | TestS47SMAgreesWithOpenSSL, TestS47SMAgreesWithTheStandards, TestS47OpenSSLVerifiesWhatIsSignedHere
//	S48 | secrets are random, stored hashed | crypto/rand alone: sessions and keys 256 bits, one-time passwords and recovery codes 140; hashes stored, compared in constant time; math/rand is forbidden by the table of imports where secrets are made | the store's files searched for nine kinds of secrets: 0 | TestS48TheStoreHoldsNoSecretThatOpens, TestS48KeysEndByTheirTermAndByHand, TestS02AOneTimePasswordEndsWithinAWeek, TestImportTableHolds
//	S49 | what counts is covered by hashes or signatures | open | - | TestDoctorFindsWhatWasDoneByHand
//	S50 | the trail is complete | open | - | -
//	S51 | the trail is append-only | open | - | -
//	S52 | TLS 1.2 or plain HTTP on loopback | serve opens plain HTTP on loopback or behind a named proxy only, else TLS 1.2 and above | 1.0 and 1.1 refused, 1.2 and 1.3 taken; any other address without a certificate refused | TestS52TLSOrLoopback
//
// ## Build and supply
//
//	S53 | no known vulnerability is called | versions are pinned in go.mod; govulncheck runs with the reports kept in .ci | 0 called | TestS53PinnedModulesAreNewEnough, TestS53LibcIsTheOneThatSQLiteItselfRequires, TestS53GoModHasNoToolsAndNoReplacements
//	S54 | the same source, the same bytes | -trimpath -buildvcs=false -buildid=; .ci/reproducible builds twice; minyi bom | equal bytes; the list is that of go version -m | TestS54TheListOfModulesIsThatOfTheBuild
//	S55 | no cgo; amd64, arm64, loong64, riscv64 | open | - | -
//
// ## Faults
//
//	F01 | kill -9 under load | the writer commits before it answers; `load torture` kill: 100 cycles, 20 in the check | acknowledged lost 0, doubled 0, doctor clean, serving again in 2 s | TestKillKeepsEveryReceipt, TestKillKeepsEveryPieceOfAFile, TestKillLosesNothingAcknowledged
//	F02 | power cut | synchronous is FULL and read back at the start; `load torture` power (root): 20 cuts of an ext4 volume | acknowledged lost 0, doctor clean | TestEveryConnectionIsDurableAndChecksForeignKeys
//	F03 | instant copies of the disk | a log that is written ahead is whole at every moment; `load torture` copies (root): 50 copies by reflink | each mounts, is sound, has every answer acknowledged before | argued
//	F04 | disk full | a commit that fails stores nothing and says so; readiness writes; `load torture` full | no false receipt, 503 with the form kept, /readyz 503, /healthz 200, well again by itself | TestFullDiskAcknowledgesNothingAndRecovers, TestF04ReadinessFollowsTheDisk
//	F05 | fsync fails | a failed sync is never tried again: the process ends; `load torture` fsync | no false receipt, the process ends | TestFailedSyncStopsTheIntakeWithoutAFalseReceipt, TestADiskFailsOnlyAsItIsTold
//	F06 | read-only folder, slow disk | open | - | -
//	F07 | descriptors run out | the listener waits and tries again; `load torture` descriptors: 512 files, 1,000 clients | the process lives, served again in 5 s | argued
//	F08 | 10,000 slow connections | deadlines for heads, bodies and readers; `load torture` slow: 10,000, in the check 2,000 | 95th percentile at most 500 ms, 512 MiB | argued
//	F09 | bad network | every form may be sent again; `load torture` network | one receipt a form, doubled 0 | TestEqualResendIsOneAnswerAndOtherContentIsRefused
//	F10 | one form fifty times at once | a key a form, kept with the answer; `load torture` twice | one answer, fifty equal receipts, other content 409 | TestSixteenBrowsersOnOneLinkLeaveOneAnswer, TestEqualResendIsOneAnswerAndOtherContentIsRefused
//	F11 | two processes on one folder | a lock of the folder; commands copy or read; `load torture` beside | the second is refused with a sentence, lost 0 | TestMigrateSaysWhatItDoes
//	F12 | backup under load | copies by VACUUM INTO, a name only when whole, a migration tried on a copy first; `load torture` backup, migration | every backup passes doctor; no half file, folder or schema | TestF12BackupUnderLoadRestoresEveryAnswerAcknowledgedBefore, TestF12AMigrationIsMadeWholeOrNotAtAll, TestF12AStopBeforeTheCountIsMadeUpFor, TestF12BackupsByTheClockAreRestoredBeforeTheyCount, TestF12ABackupThatIsNotSoundIsTold, TestBackupLeavesNothingBehindWhenItFails
//	F13 | upgrade from each earlier schema | each step with rows in every table; folders of earlier programs; a newer one is left alone with a sentence | all columns and both trails equal | TestF13EveryEarlierSchemaKeepsItsRowsWhenItIsUpgraded, TestF13FoldersOfEarlierProgramsAreUpgradedWhole, TestF13AnOlderProgramLeavesANewerFolderAlone, TestOlderDatabaseIsBroughtUpToDate
//	F14 | clock jumps | open | - | -
//	F15 | random edits | open | - | TestF15ABackupThatWasCutOrChangedIsRefused
//	F16 | soak | open | - | -
//	F17 | panics | a request, a stream, a job and what runs by the clock catch their own; the one writer of answers ends with the process, which starts again | one failure with an id, the process lives | TestS28AndF17FailuresShowASentenceAndAnID, TestF17AStreamThatPanicsBreaksOffAlone, TestF17APanicBesideARequestEndsOneTurn
package access
