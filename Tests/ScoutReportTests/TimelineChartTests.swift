import ScoutReport
import Testing

@Suite struct TimelineChartTests {
  private func chart(_ lanes: [TimelineChart.Lane]) -> TimelineChart {
    TimelineChart(title: "a < b", from: 0, to: 72, marks: [(0, "1"), (24, "2"), (48, "3")], lanes: lanes)
  }

  @Test func `a span lies where its time does, what is known behind it`() {
    let svg = chart([
      .init(
        label: "NCR", spans: [.init(from: 36, to: 54, title: "low")],
        expected: [.init(from: 30, to: 60, title: "known")])
    ]).svg()
    #expect(
      svg.contains("<rect x=\"580\" y=\"39\" width=\"180\" height=\"12\" fill=\"#c0392b\"><title>low</title></rect>"))
    #expect(
      svg.contains("<rect x=\"520\" y=\"35\" width=\"300\" height=\"20\" fill=\"#cfe3f7\"><title>known</title></rect>"))
    #expect(svg.split(separator: "#cfe3f7")[0].contains("#c0392b") == false)
  }

  @Test func `texts are escaped, and what is open ends with the chart`() {
    let svg = chart([.init(label: "<script>&\"\u{1}", spans: [.init(from: 60, to: nil, title: "<b>")])]).svg()
    #expect(svg.contains("&lt;script&gt;&amp;&quot; </text>"))
    #expect(svg.contains("<title>a &lt; b</title>"))
    #expect(svg.contains("<rect x=\"820\" y=\"39\" width=\"120\""))
    #expect(!svg.contains("<b>") && !svg.contains("\u{1}"))
  }

  @Test func `nothing is said, and too much is counted`() {
    #expect(chart([]).svg().contains("no incidents"))
    let many = chart((0..<205).map { .init(label: "k\($0)", spans: []) }).svg()
    #expect(many.contains("and 5 more") && !many.contains("k200"))
    // Spans outside the period are not drawn.
    #expect(!chart([.init(label: "x", spans: [.init(from: 80, to: 90, title: "t")])]).svg().contains("<rect"))
  }

  @Test func `the same value gives the same bytes, and a page holds the picture`() {
    let chart = chart([.init(label: "x", spans: [.init(from: 1, to: 2, title: "t")])])
    #expect(chart.svg() == chart.svg())
    #expect(chart.html().hasPrefix("<!DOCTYPE html>") && chart.html().contains(chart.svg()))
  }
}
