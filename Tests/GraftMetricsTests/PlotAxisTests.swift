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

  @Test(arguments: [[], [0], [5, 5], [-1e-9], [1e30, 1e30], [1, 1 + 1e-15], [1e9, 3e9]] as [[Double]])
  func linearScalesOfHardlyAnything(_ values: [Double]) {
    let axis = PlotAxis.linear("", over: values)
    #expect(axis.range.lowerBound < axis.range.upperBound && (2...13).contains(axis.ticks.count))
    for value in values { #expect(axis.range.contains(value) && axis.part(of: value).isFinite) }
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
    #expect(PlotAxis.logarithmic("", over: [3]).part(of: 3).isFinite)
    #expect((2...9).contains(PlotAxis.logarithmic("", over: [1e-30, 1e30]).ticks.count))
  }
}
