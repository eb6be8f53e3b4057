"""Pictures of results: Altair specs drawn by vl-convert, and a Gantt by hand. All return inline SVG.

Every function takes the numbers to draw, a title that serves as the text alternative, and a palette.
"""

from reports.charts.gantt import Bar, Gantt, Mark, Quarter, Row, gantt_chart
from reports.charts.grids import HeatCell, Standing, heat_map, option_matrix
from reports.charts.palette import DARK, LIGHT, PAPER, Palette
from reports.charts.ranges import RangeRow, range_chart, range_strip, share_bar
from reports.charts.tornado import Swing, tornado

__all__ = [
    "DARK",
    "LIGHT",
    "PAPER",
    "Bar",
    "Gantt",
    "HeatCell",
    "Mark",
    "Palette",
    "Quarter",
    "RangeRow",
    "Row",
    "Standing",
    "Swing",
    "gantt_chart",
    "heat_map",
    "option_matrix",
    "range_chart",
    "range_strip",
    "share_bar",
    "tornado",
]
