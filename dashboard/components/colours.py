"""The colour scales of maps as the browser's scripts know them."""

import json

from cnnviz.figures.scales import DIVERGING, SEQUENTIAL

SCRIPT = f"const SCALES = {json.dumps({'sequential': SEQUENTIAL, 'diverging': DIVERGING})};\n"
