// What is said about channels and values; `header` has the sentences, translated.

function channelName({ words, names, count }, channel) {
  if (count === 1) return "";
  const number = count ? fill(words.channel, { channel, count }) : "";
  return [number, names && (number ? `(${names[channel]})` : names[channel])].filter(Boolean).join(" ");
}

// "channel 12 of 64 (vertical edges), empty, mean 0.310, largest 2.40"
function channelSentence(header, summaries, channel) {
  const { words, signed, marked, unit } = header;
  const numbers = [...summaries.subarray(3 * channel, 3 * channel + 3)];
  const [mean, smallest, largest] = numbers.map((number) => written(number, unit));
  const summary = signed ? words.signedSummary : words.summary;
  const mark = marked.includes(channel) ? words.comma + words.mark : "";
  const numbersSaid = Number.isNaN(numbers[0])
    ? words.blank : fill(summary, { mean, smallest, largest });
  return [channelName(header, channel) + mark, numbersSaid].filter(Boolean).join(words.comma);
}

// "channel 12 of 64, row 3, column 17: 0.482"
function spotSentence(header, values, { channel, row, column }) {
  const { words, factor, full, shape } = header;
  const value = values[(channel * shape[1] + row) * shape[2] + column];
  const lines = (at, all) => {
    const [first, last] = [at * factor, Math.min((at + 1) * factor, all) - 1];
    return last > first ? `${first}–${last}` : String(first);
  };
  const place = { row: lines(row, full[1]), column: lines(column, full[2]) };
  const blocks = factor > 1 ? ` (${fill(words.blocks, { side: factor })})` : "";
  const what = valueText(header, value) + blocks;
  const named = [channelName(header, channel), fill(words.position, place)];
  return `${named.filter(Boolean).join(words.comma)}: ${what}`;
}

// "0.482 V", or that it is not a number
function valueText({ words, unit }, value) {
  return Number.isNaN(value) ? words.blank : written(value, unit);
}

// "empty: 3 of 64", or nothing
function marksSentence({ words, marked, shape }) {
  if (!marked.length) return "";
  return fill(words.marks, { mark: words.mark, number: marked.length, count: shape[0] });
}
