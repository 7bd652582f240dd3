// The one place where compile-time refusals are phrased: a number, then one sentence. A check stands where the user named the
// thing (a joint, a call, a pattern), never deep inside; each has a program under tests/refuse/ that must not compile.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#define HONE_E010 "hone[E010]: two values of different row kinds meet in one operation (rows of one field, sequence or label belong only together); pool or spread one of them first"
#define HONE_E011 "hone[E011]: two values of different widths meet in one elementwise operation; one of them must have the other's width, or width 1"
#define HONE_E012 "hone[E012]: widths do not meet: the input of this product is not as wide as its weight expects"
#define HONE_E013 "hone[E013]: a pattern in trainable<...> matches no weight of this model"
#define HONE_E014 "hone[E014]: trainable<> selects nothing; name what trains, as in trainable<on<\"classifier.**\">>"
#define HONE_E015 "hone[E015]: an operation without a derivative lies on the way from a trainable weight to the loss"
#define HONE_E016 "hone[E016]: a trainable weight never reaches the loss, so it would never change"
#define HONE_E017 "hone[E017]: the function given captures a variable; it runs at compile time on symbols, so pass run-time numbers as value<\"name\"> or as a field of the batch"
#define HONE_E018 "hone[E018]: a run-time branch on a symbolic expression; its value is not known when the program is made: use where(), or if constexpr on a type"
#define HONE_E019 "hone[E019]: labels must be an index field (one class number a row), not real values"
#define HONE_E020 "hone[E020]: a random operation has neither a path nor a draw, so two draws could not be told apart; make dropout a named part, or write draw<k>"
#define HONE_E021 "hone[E021]: the width does not divide by the number of heads"
#define HONE_E022 "hone[E022]: a block under repeat<N, ...> must return what it is given: the same row kind and width"
#define HONE_E023 "hone[E023]: the function given to differentiate must return a loss (mean_of, cross_entropy, ...), and this is not one"
#define HONE_E024 "hone[E024]: the batch has no field of this type or name"
#define HONE_E025 "hone[E025]: an index field (ids, labels) was used where real values are needed; look it up in an embedding first"
#define HONE_E026 "hone[E026]: second derivatives are not offered: a value from the backward program cannot be differentiated again"
#define HONE_E027 "hone[E027]: the layer has no call for these arguments"
#define HONE_E028 "hone[E028]: this expression is not made of symbols: a layer may only combine its arguments and its own parts"
