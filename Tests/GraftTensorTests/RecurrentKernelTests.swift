import CGraftKernels
import Testing

@testable import GraftTensor

/// One step of LSTM and GRU in each instruction set against the definition in double precision.
///
/// Sigmoid is within 3 ulp, tanh within 2; a result has at most five factors of size 1 at most, each rounded, and sums of two such: 40
/// roundings of 2⁻²⁴, 2.4e-6, times the size of the arguments that are not gates, 4 at most here, allow for more than there can be.
@Suite struct RecurrentKernelTests {
  private static let tolerance: Float = 1e-5

  private static func numbers(_ count: Int, _ generator: inout RandomGenerator, scale: Float = 2) -> [Float] {
    (0..<count).map { _ in Float.random(in: -scale...scale, using: &generator) }
  }

  private func expectClose(_ found: [Float], _ wanted: [Float], _ comment: Comment) {
    #expect(found.count == wanted.count)
    for (a, b) in zip(found, wanted) where !(abs(a - b) <= Self.tolerance) {
      Issue.record("\(comment): \(a) instead of \(b)")
      return
    }
  }

  @Test(arguments: TableUnderTest.all, [1, 3, 4, 7, 8, 16, 17, 33])
  func lstm(table: TableUnderTest, width: Int) {
    var generator = RandomGenerator(seed: UInt64(width))
    let kernels = table.kernels
    // Guards behind each row show what is written too far.
    var gates = Self.numbers(4 * width, &generator, scale: 6) + [77]
    let cell = Self.numbers(width, &generator)
    var wantedGates = Array(gates.dropLast())
    let wanted = lstmStepReference(&wantedGates, cell: cell)
    var (next, hidden) = ([Float](repeating: 77, count: width + 1), [Float](repeating: 77, count: width + 1))
    kernels.lstm_step(&gates, cell, &next, &hidden, width)
    expectClose(gates, wantedGates + [77], "gates")
    expectClose(next, wanted.nextCell + [77], "cell")
    expectClose(hidden, wanted.hidden + [77], "hidden")

    let gradient = Self.numbers(width, &generator)
    var cellGradient = Self.numbers(width, &generator) + [77]
    var wantedCellGradient = Array(cellGradient.dropLast())
    let values = Array(gates.dropLast())
    let wantedBack = lstmStepBackwardReference(
      gates: values, cell: cell, nextCell: wanted.nextCell, gradient: gradient,
      cellGradient: &wantedCellGradient)
    var out = [Float](repeating: 77, count: 4 * width + 1)
    kernels.lstm_step_backward(values, cell, wanted.nextCell, gradient, &cellGradient, &out, width)
    expectClose(out, wantedBack + [77], "gradients of gates")
    expectClose(cellGradient, wantedCellGradient + [77], "gradient of cell")
  }

  @Test(arguments: TableUnderTest.all, [1, 3, 4, 7, 8, 16, 17, 33])
  func gru(table: TableUnderTest, width: Int) {
    var generator = RandomGenerator(seed: UInt64(width))
    let kernels = table.kernels
    var gates = Self.numbers(3 * width, &generator) + [77]
    let recurrent = Self.numbers(3 * width, &generator)
    let hidden = Self.numbers(width, &generator, scale: 1)
    var wantedGates = Array(gates.dropLast())
    let wanted = gruStepReference(&wantedGates, recurrent: recurrent, hidden: hidden)
    var (next, fed) = ([Float](repeating: 77, count: width + 1), [Float](repeating: 77, count: width + 1))
    kernels.gru_step(&gates, recurrent, hidden, &next, &fed, width)
    expectClose(gates, wantedGates + [77], "gates")
    expectClose(next, wanted.next + [77], "next")
    expectClose(fed, wanted.fed + [77], "fed")

    var gradient = Self.numbers(width, &generator) + [77]
    var wantedGradient = Array(gradient.dropLast())
    let values = Array(gates.dropLast())
    let back = gruStepBackwardReference(
      gates: values, fed: wanted.fed, hidden: hidden, gradient: &wantedGradient)
    var (input, ofRecurrent) = (
      [Float](repeating: 77, count: 3 * width + 1), [Float](repeating: 77, count: 3 * width + 1)
    )
    kernels.gru_step_backward(values, wanted.fed, hidden, &gradient, &input, &ofRecurrent, width)
    expectClose(gradient, wantedGradient + [77], "gradient of hidden")
    expectClose(input, back.input + [77], "input's share")
    expectClose(ofRecurrent, back.recurrent + [77], "recurrent share")
  }
}
