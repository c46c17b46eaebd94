"""How models are fitted: Newton's method, folds, and fits that share passes over the rows."""
