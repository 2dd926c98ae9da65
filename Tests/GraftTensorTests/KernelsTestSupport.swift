import CGraftKernels
import GraftTensor
import Testing

/// Numbers that look random and are the same every time (Vigna's splitmix64).
struct TestGenerator: RandomNumberGenerator {
  var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func floats(_ count: Int, in range: ClosedRange<Float> = -1...1) -> [Float] {
    (0..<count).map { _ in Float.random(in: range, using: &self) }
  }
}

/// A kernel table, printable in a test's name.
struct TableUnderTest: CustomTestStringConvertible, Sendable {
  let index: Int

  static var all: [TableUnderTest] { Kernels.available.indices.map { TableUnderTest(index: $0) } }

  var table: UnsafePointer<graft_kernel_table> { Kernels.available[index] }
  var kernels: graft_kernel_table { table.pointee }
  var testDescription: String { String(cString: kernels.name) }
}
