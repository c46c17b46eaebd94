"""The likelihood of the rows, and where it is greatest.

terms - the loss, gradient and Hessian of each row
newton - Newton's method, one pass over the rows per step
from_cells - a point near the maximum, from the cells of the predictions
"""
