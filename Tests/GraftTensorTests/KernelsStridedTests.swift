import CGraftKernels
import GraftTensor
import Testing

@Suite struct KernelsStridedTests {
  /// Visits the places of a block in row-major order: calls `body(offset along first strides, along second)`.
  private func walk(_ lengths: [Int], _ first: [Int], _ second: [Int], _ body: (Int, Int) -> Void) {
    func visit(_ axis: Int, _ a: Int, _ b: Int) {
      if axis == lengths.count { return body(a, b) }
      for i in 0..<lengths[axis] { visit(axis + 1, a + i * first[axis], b + i * second[axis]) }
    }
    visit(0, 0, 0)
  }

  /// Row-major strides of the axes taken in a random order, with gaps.
  private func randomStrides(_ lengths: [Int], gaps: Bool, _ generator: inout TestGenerator) -> (
    strides: [Int], size: Int
  ) {
    var strides = [Int](repeating: 0, count: lengths.count)
    var distance = 1
    for axis in Array(lengths.indices).shuffled(using: &generator) {
      strides[axis] = distance
      distance *= lengths[axis] + (gaps ? Int.random(in: 0...1, using: &generator) : 0)
    }
    return (strides, distance)
  }

  private func check<Element: FixedWidthInteger>(_ type: Element.Type, _ seed: UInt64) {
    var generator = TestGenerator(seed)
    for _ in 0..<60 {
      let rank = Int.random(in: 0...5, using: &generator)
      let longest = rank <= 2 ? 40 : 6
      let lengths = (0..<rank).map { _ in Int.random(in: 1...longest, using: &generator) }
      let to = randomStrides(lengths, gaps: .random(using: &generator), &generator)
      let from = randomStrides(lengths, gaps: .random(using: &generator), &generator)
      let source = (0..<from.size).map { _ in Element.random(in: .min ... .max, using: &generator) }
      var actual = [Element](repeating: 7, count: to.size)
      var expected = actual
      graft_copy_strided(
        &actual, to.strides, source, from.strides, lengths, rank, MemoryLayout<Element>.stride)
      walk(lengths, to.strides, from.strides) { expected[$0] = source[$1] }
      #expect(actual == expected, "\(lengths) from \(from.strides) to \(to.strides)")
    }
  }

  @Test func copiesAgreeWithReference() {
    check(UInt8.self, 1)
    check(UInt16.self, 2)
    check(UInt32.self, 3)
    check(UInt64.self, 4)
  }

  @Test func gatherAndScatterAreInverse() {
    let lengths = [3, 4, 5, 2]
    let strides = [1, 30, 6, 3]
    let source = (0..<150).map { Int32($0) }
    var block = [Int32](repeating: -1, count: 120)
    graft_gather_strided(&block, source, strides, lengths, 4, 4)
    var back = [Int32](repeating: -1, count: 150)
    graft_scatter_strided(&back, strides, block, lengths, 4, 4)
    var expected = [Int32](repeating: -1, count: 150)
    walk(lengths, strides, strides) { place, _ in expected[place] = source[place] }
    #expect(back == expected)
    #expect(block[0] == 0 && block[1] == 3 && block[2] == 6)
  }

  /// Broadcasting reads one element many times; reversing walks backwards.
  @Test func sourceStridesMayBeZeroOrNegative() {
    let source: [Float] = [1, 2, 3]
    var out = [Float](repeating: 0, count: 6)
    graft_gather_strided(&out, source, [0, 1], [2, 3], 2, 4)
    #expect(out == [1, 2, 3, 1, 2, 3])
    graft_gather_strided(&out, source, [1, 0], [3, 2], 2, 4)
    #expect(out == [1, 1, 2, 2, 3, 3])
    source.withUnsafeBufferPointer { source in
      graft_gather_strided(&out, source.baseAddress! + 2, [-1], [3], 1, 4)
    }
    #expect(out[0..<3] == [3, 2, 1])
  }

  @Test func emptyBlocksAndScalars() {
    var out: [Float] = [5]
    graft_gather_strided(&out, [Float](repeating: 1, count: 4), [4, 1], [0, 4], 2, 4)
    #expect(out == [5])
    graft_gather_strided(&out, [Float(3)], [Int](), [Int](), 0, 4)
    #expect(out == [3])
  }

  @Test func fills() {
    for count in [0, 1, 2, 3, 1000, 5003] {
      var out = [UInt64](repeating: 1, count: count + 1)
      graft_fill(&out, [UInt64(0x0123_4567_89ab_cdef)], count, 8)
      #expect(out[0..<count].allSatisfy { $0 == 0x0123_4567_89ab_cdef } && out[count] == 1)
    }
    var bytes = [UInt8](repeating: 1, count: 9001)
    graft_fill(&bytes, [UInt8(9)], 9000, 1)
    #expect(bytes[0..<9000].allSatisfy { $0 == 9 } && bytes[9000] == 1)
  }
}
