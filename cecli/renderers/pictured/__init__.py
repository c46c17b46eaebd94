"""Pictures of reports, in the formats of pictures.

reliability - the reliability diagram of a report on calibration
forests - the forest plot of a report, or its reliability diagram
files - a report's picture as SVG, PNG and Vega-Lite
"""
