import Testing

@testable import GraftTensor

/// The products of a recurrent layer's steps against the definition.
///
/// Tolerance: as for products of random numbers in ±1 elsewhere, ten times the typical error of k roundings of partial sums. A term that
/// is missing or wrong makes a difference of about 0.3.
@Suite struct RecurrentWeightTests {
  struct Sizes: CustomTestStringConvertible {
    let rows, inputs, outputs: Int
    var testDescription: String { "\(rows) rows, \(inputs) to \(outputs)" }
  }

  /// Odd sizes; one block of inputs, and several of unequal length.
  static let sizes = [
    Sizes(rows: 1, inputs: 1, outputs: 1), Sizes(rows: 3, inputs: 7, outputs: 5),
    Sizes(rows: 16, inputs: 33, outputs: 70), Sizes(rows: 17, inputs: 288, outputs: 31),
    Sizes(rows: 5, inputs: 289, outputs: 96), Sizes(rows: 16, inputs: 1000, outputs: 130),
  ]

  @Test(arguments: TableUnderTest.all, sizes)
  func addsProducts(under: TableUnderTest, sizes: Sizes) {
    var generator = RandomGenerator(seed: UInt64(sizes.inputs))
    let (rows, inputs, outputs) = (sizes.rows, sizes.inputs, sizes.outputs)
    let weight = (0..<inputs * outputs).map { _ in Float.random(in: -1...1, using: &generator) }
    // Room between rows shows what is read or written there.
    let (stateStride, sumStride) = (inputs + 3, outputs + 2)
    var states = [Float](repeating: .nan, count: rows * stateStride)
    for row in 0..<rows {
      for p in 0..<inputs { states[row * stateStride + p] = Float.random(in: -1...1, using: &generator) }
    }
    let before = (0..<rows * sumStride).map { _ in Float.random(in: -1...1, using: &generator) }
    for isTurned in [false, true] {
      let (inputStride, outputStride) = isTurned ? (outputs, 1) : (1, inputs)
      var wanted = before
      gemmReference(
        m: rows, n: outputs, k: inputs, a: states, aRowStride: stateStride, aColumnStride: 1,
        b: weight, bRowStride: inputStride, bColumnStride: outputStride, c: &wanted, cRowStride: sumStride,
        accumulate: true)
      var sums = before
      Kernels.using(under.table) {
        weight.withUnsafeBufferPointer { memory in
          guard let start = memory.baseAddress else { return }
          let weight = RecurrentWeight(
            start, inputs: inputs, outputs: outputs, inputStride: inputStride, outputStride: outputStride)
          let scratch = Storage<Float>(count: weight.scratchCount(rows: rows))
          weight.addProducts(
            rows: rows, states: states, stateStride: stateStride, to: &sums, sumStride: sumStride,
            scratch: scratch.pointer)
        }
      }
      let worst = zip(sums, wanted).map { abs($0 - $1) }.max() ?? .infinity
      #expect(worst <= Float(inputs + 2) * 2 * 0x1p-24, "turned: \(isTurned)")
      #expect(sums.allSatisfy { !$0.isNaN })
    }
  }
}
