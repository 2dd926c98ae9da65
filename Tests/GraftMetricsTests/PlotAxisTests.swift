import GraftMetrics
import Testing

@Suite struct PlotAxisTests {
  @Test func linearScalesEncloseTheValuesInRoundSteps() {
    let axis = PlotAxis.linear("loss", over: [0.13, 2.31, .nan, .infinity])
    #expect(axis.range == 0...2.5 && axis.ticks.map(\.text) == ["0.0", "0.5", "1.0", "1.5", "2.0", "2.5"])
    #expect(axis.part(of: 0) == 0 && axis.part(of: 1.25) == 0.5 && axis.part(of: .infinity) == 1)
    #expect(axis.part(of: -3) == 0 && axis.part(of: .nan) == 1)
    let negative = PlotAxis.linear("log likelihood", over: [-31, 12])
    #expect(negative.ticks.map(\.text) == ["-40", "-30", "-20", "-10", "0", "10", "20"])
    #expect(PlotAxis.unit("part").ticks.map(\.text) == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"])
  }

  @Test(
    arguments: [
      [], [0], [5, 5], [-1e-9], [1e30, 1e30], [1, 1 + 1e-15], [1e9, 3e9], [0, .leastNonzeroMagnitude],
      [-1e300, 1e300],
    ] as [[Double]])
  func linearScalesOfHardlyAnything(_ values: [Double]) {
    let axis = PlotAxis.linear("", over: values)
    #expect(axis.range.lowerBound < axis.range.upperBound && (2...13).contains(axis.ticks.count))
    for value in values { #expect(axis.range.contains(value) && axis.part(of: value).isFinite) }
  }

  @Test func theLargestNumbersHaveAScale() {
    let largest = Double.greatestFiniteMagnitude
    for values in [[largest], [-largest, largest], [1, largest]] {
      let axis = PlotAxis.linear("", over: values)
      #expect(axis.range.upperBound.isFinite && (2...13).contains(axis.ticks.count))
      #expect(values.allSatisfy { (0...1).contains(axis.part(of: $0)) })
    }
  }

  /// Each tick has another text, also where the first digits are the same.
  @Test(arguments: [[], [0], [0.913], [2.302585, 2.302586], [5, 5.0000001], [1e9, 1e9 + 3]] as [[Double]])
  func ticksAreToldApart(_ values: [Double]) {
    let texts = PlotAxis.linear("", over: values).ticks.map(\.text)
    #expect(Set(texts).count == texts.count, "\(texts)")
    #expect(
      PlotAxis.linear("", over: [0.5]).ticks.map(\.text) == [
        "0.44", "0.46", "0.48", "0.50", "0.52", "0.54", "0.56",
      ])
  }

  @Test func logarithmicScalesNameDecades() {
    let axis = PlotAxis.logarithmic("learning rate", over: [1e-7, 10, -1, 0, .nan])
    #expect(axis.range == 1e-7...10)
    #expect(
      axis.ticks.map(\.text) == ["1e-7", "1e-6", "1e-5", "1e-4", "0.001", "0.01", "0.1", "1", "10"])
    #expect(abs(axis.part(of: 1e-3) - 0.5) < 1e-12 && axis.part(of: 1e-9) == 0 && axis.part(of: 0) == 0)
    #expect(
      PlotAxis.logarithmic("", over: [0.002, 0.04]).ticks.map(\.text) == ["0.002", "0.005", "0.01", "0.02"])
    #expect(PlotAxis.logarithmic("", over: []).ticks.map(\.text) == ["1", "2", "5", "10"])
    // Ends in single precision, which are a little beside the round number.
    let single = PlotAxis.logarithmic("", over: [Double(Float(1e-3)), Double(Float(1e-1))])
    #expect(single.ticks.map(\.text) == ["0.001", "0.002", "0.005", "0.01", "0.02", "0.05", "0.1"])
    #expect(single.ticks.allSatisfy { (0...1).contains(single.part(of: $0.value)) })
    // Less than from one multiple to the next.
    #expect(PlotAxis.logarithmic("", over: [1.1e-7, 1.5e-7]).ticks.count >= 2)
    #expect(PlotAxis.logarithmic("", over: [3]).part(of: 3).isFinite)
    #expect((2...9).contains(PlotAxis.logarithmic("", over: [1e-30, 1e30]).ticks.count))
  }
}
