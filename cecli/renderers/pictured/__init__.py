"""Pictures of reports, in the formats of pictures.

forests - the forest plot of a report
files - a report's picture as SVG, PNG and Vega-Lite
"""
