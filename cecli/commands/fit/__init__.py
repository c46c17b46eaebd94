"""`cecli fit`: how are these probabilities to be recalibrated?

command - its options, the public function and the command line
plan - what the user asks, bound to a header
estimation - from the plan to the fit, pass by pass
procedures - how each model is estimated, and data without a maximum
newton - Newton's method, one pass over the rows a step
curve - the log-odds that a model gives, as a function of its parameters
terms - the loss, gradient and Hessian of each row
statistics - what a fit needs to know of the rows
folds - fits that share their passes, and fits without a fold
kept - rows that are kept in memory between passes
recalibrations - what a fitted model makes of predictions
metrics - the loss before and after, and whether the gain could be chance
notices - the fit in a report, and what to know of it
fit_file - the JSON of a fit, checked before it is used
"""
