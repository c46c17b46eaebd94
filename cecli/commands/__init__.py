"""Commands: one folder or file for each.

score/ - how good are these probabilities?
calibration/ - are these probabilities right, and do they rank?
compare/ - which model is better, on the same rows?
drift/ - has the distribution of a column moved?
kl/ - how far is q from p?
entropy/ - how uncertain is it?
worst/ - which rows cost the most?
slices/ - where is it worse, in groups that nobody named?
fit/ - how are these probabilities to be recalibrated?
apply/ - what do predictions become by a fit?
inspect/ - what is in the file?
check/ - is it good enough?
merge - one report, from the states of some
attest - what is its receipt, for others to verify?
verify - is it what a receipt says?
report/ - what does all of it look like, on one page?
metrics - how is each metric defined?
explain - what does the code of a notice or an error mean?
schema - what is the JSON Schema of what cecli writes and reads?
"""
