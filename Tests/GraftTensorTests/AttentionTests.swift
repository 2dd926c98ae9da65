import GraftTensor
import Testing

/// One attention with random operands, laid out as slices of one projection where that is possible.
private struct AttentionCase: CustomStringConvertible {
  var batch = 1
  var heads = 1
  var queries: Int
  var keys: Int
  var width: Int
  var valueWidth: Int
  var masked = false
  var causal = false
  var dropout: Float = 0
  var scale: Float?

  var description: String {
    "\(batch)×\(heads), \(queries) queries, \(keys) keys, width \(width), \(valueWidth), masked \(masked), causal \(causal), "
      + "dropout \(dropout)"
  }

  struct Operands {
    var query: Tensor<Float>
    var key: Tensor<Float>
    var value: Tensor<Float>
    var gradient: Tensor<Float>
    var settings: AttentionSettings
  }

  func operands(_ seed: UInt64) -> Operands {
    var generator = TestGenerator(seed)
    /// Rows as a projection leaves them, `[batch, rows, heads, width]`, seen as heads.
    func rows(_ count: Int, _ width: Int) -> Tensor<Float> {
      let elements = generator.floats(batch * count * heads * width, in: -2...2)
      return Tensor(shape: [batch, count, heads, width], scalars: elements).transposed(1, 2)
    }
    let mask = masked ? (0..<(batch * keys)).map { _ in generator.next() % 3 != 0 } : []
    var random = RandomGenerator(seed: seed, stream: 5)
    return Operands(
      query: rows(queries, width), key: rows(keys, width), value: rows(keys, valueWidth),
      gradient: rows(queries, valueWidth),
      settings: AttentionSettings(
        mask: masked ? Tensor(shape: [batch, keys], scalars: mask) : nil, isCausal: causal, scale: scale,
        dropout: AttentionDropout(
          probability: dropout, rows: batch * heads * queries, keys: keys, using: &random)))
  }

  func check(_ seed: UInt64) {
    let x = operands(seed)
    let fast = Tensor.attention(query: x.query, key: x.key, value: x.value, settings: x.settings)
    let slow = Tensor.attentionReference(query: x.query, key: x.key, value: x.value, settings: x.settings)
    // A score is a sum of `width` products below 4, and is scaled: its error is at most 4 width · scale · width · 2⁻²⁴, in
    // practice a tenth; that is the relative error of a weight, to which the exponential adds 2 ulp and the total, a
    // sum of weights whose partial sums are no greater than it, at most keys / 8 roundings. The output is a weighted mean of values
    // below 2, 1 / (1 - dropout) times that.
    let scale = x.settings.scale ?? 1 / Float(width).squareRoot()
    let weight = (0.4 * Float(width * width) * scale + Float(keys) / 4 + 8) * 0x1p-24
    let most = 2 / (1 - min(dropout, 0.5))
    #expect(difference(fast.output, slow.output) <= 2 * most * weight, "\(self)")
    #expect(difference(fast.logSum, slow.logSum) <= 8 * weight, "\(self)")

    let fastGradients = Tensor.attentionGradients(
      query: x.query, key: x.key, value: x.value, settings: x.settings, output: fast.output,
      logSum: fast.logSum,
      outputGradient: x.gradient)
    let slowGradients = Tensor.attentionGradientsReference(
      query: x.query, key: x.key, value: x.value, settings: x.settings, outputGradient: x.gradient)
    // The gradient of a weight is a sum of products of size 4, at most 4 valueWidth · most; what it is multiplied by has the error of a
    // weight, and its own roundings are fewer. Gradients of query and key sum it over weights that add up to at most 1 (query) or
    // to the number of queries (key, value), times 2.
    let ofScore = 4 * Float(valueWidth).squareRoot() * most * (4 * weight + 0x1p-22)
    let summed = Float(queries).squareRoot() + 1
    #expect(difference(fastGradients.query, slowGradients.query) <= 4 * scale * ofScore, "\(self)")
    #expect(difference(fastGradients.key, slowGradients.key) <= 4 * scale * ofScore * summed, "\(self)")
    #expect(difference(fastGradients.value, slowGradients.value) <= 2 * most * 2 * weight * summed, "\(self)")
  }

  /// The greatest difference; infinite if a number on one side only is not finite.
  private func difference(_ a: Tensor<Float>, _ b: Tensor<Float>) -> Float {
    guard a.shape == b.shape else { return .infinity }
    return zip(a.scalars, b.scalars).map { x, y in x == y ? 0 : (x - y).isFinite ? abs(x - y) : .infinity }
      .max() ?? 0
  }
}

@Suite struct AttentionTests {
  @Test(arguments: TableUnderTest.all) func agreesWithReference(_ under: TableUnderTest) {
    Kernels.using(under.table) {
      var generator = TestGenerator(3)
      let sizes = [1, 2, 3, 7, 16, 17, 33]
      let widths = [1, 3, 8, 16, 20, 33]
      func any(_ choices: [Int]) -> Int { choices.randomElement(using: &generator) ?? 1 }
      for round in 0..<40 {
        AttentionCase(
          batch: any([1, 2]), heads: any([1, 3]), queries: any(sizes), keys: any(sizes), width: any(widths),
          valueWidth: any(widths), masked: .random(using: &generator), causal: .random(using: &generator),
          dropout: [0, 0.3][round % 2], scale: round % 3 == 0 ? 0.4 : nil
        ).check(UInt64(round))
      }
    }
  }

  /// More queries and keys than a tile holds, forward and backward.
  @Test(arguments: TableUnderTest.all) func agreesAcrossTiles(_ under: TableUnderTest) {
    Kernels.using(under.table) {
      AttentionCase(queries: 70, keys: 530, width: 5, valueWidth: 4, masked: true, dropout: 0.2).check(1)
      AttentionCase(queries: 150, keys: 150, width: 4, valueWidth: 8, causal: true).check(2)
      AttentionCase(heads: 2, queries: 140, keys: 129, width: 8, valueWidth: 8, causal: true, dropout: 0.1)
        .check(3)
    }
  }

  @Test(arguments: TableUnderTest.all) func sameBitsWithAnyNumberOfThreads(_ under: TableUnderTest) {
    Kernels.using(under.table) {
      for test in [
        AttentionCase(
          batch: 2, heads: 3, queries: 40, keys: 50, width: 16, valueWidth: 16, masked: true, dropout: 0.1),
        AttentionCase(queries: 300, keys: 300, width: 16, valueWidth: 16, causal: true),
      ] {
        let x = test.operands(4)
        func run(threads: Int) -> [Tensor<Float>] {
          ComputeThreads.withCount(threads) {
            let (output, logSum) = Tensor.attention(
              query: x.query, key: x.key, value: x.value, settings: x.settings)
            let gradients = Tensor.attentionGradients(
              query: x.query, key: x.key, value: x.value, settings: x.settings, output: output,
              logSum: logSum,
              outputGradient: x.gradient)
            return [output, logSum, gradients.query, gradients.key, gradients.value]
          }
        }
        let one = run(threads: 1)
        #expect(run(threads: 2) == one)
        #expect(run(threads: 5) == one)
      }
    }
  }

  /// A query that sees no key: output 0, no gradient, and nothing that is not a number.
  @Test(arguments: TableUnderTest.all) func fullyMaskedRowsAreZero(_ under: TableUnderTest) {
    Kernels.using(under.table) {
      var x = AttentionCase(batch: 2, heads: 2, queries: 5, keys: 6, width: 4, valueWidth: 4).operands(6)
      x.settings.mask = Tensor(
        shape: [2, 6], scalars: [Bool](repeating: true, count: 6) + [Bool](repeating: false, count: 6))
      let (output, logSum) = Tensor.attention(
        query: x.query, key: x.key, value: x.value, settings: x.settings)
      #expect(output.scalars[40...].allSatisfy { $0 == 0 })
      #expect(output.scalars[..<40].allSatisfy { $0 != 0 })
      #expect(logSum.scalars[10...].allSatisfy { $0 == .infinity })
      let gradients = Tensor.attentionGradients(
        query: x.query, key: x.key, value: x.value, settings: x.settings, output: output, logSum: logSum,
        outputGradient: x.gradient)
      #expect(gradients.query.scalars[40...].allSatisfy { $0 == 0 })
      #expect(gradients.key.scalars[48...].allSatisfy { $0 == 0 })
      #expect(gradients.value.scalars[48...].allSatisfy { $0 == 0 })
      #expect(gradients.query.scalars[..<40].contains { $0 != 0 })
    }
  }

  /// A NaN in a query reaches that query's output and no other.
  @Test(arguments: TableUnderTest.all) func notANumberStaysInItsRow(_ under: TableUnderTest) {
    Kernels.using(under.table) {
      let x = AttentionCase(queries: 5, keys: 9, width: 3, valueWidth: 2).operands(7)
      var elements = x.query.scalars
      elements[2 * 3] = .nan
      let query = Tensor(shape: x.query.shape, scalars: elements)
      let output = Tensor.attention(query: query, key: x.key, value: x.value, settings: x.settings).output
        .scalars
      for (place, element) in output.enumerated() { #expect(element.isNaN == (place / 2 == 2)) }
    }
  }

  /// Scores far apart neither overflow nor lose the greatest.
  @Test(arguments: TableUnderTest.all) func greatScoresDoNotOverflow(_ under: TableUnderTest) {
    Kernels.using(under.table) {
      let query = Tensor<Float>(shape: [1, 1, 1, 1], scalars: [100])
      let key = Tensor<Float>(shape: [1, 1, 3, 1], scalars: [-90, 90, 10])
      let value = Tensor<Float>(shape: [1, 1, 3, 1], scalars: [1, 2, 3])
      let (output, logSum) = Tensor.attention(
        query: query, key: key, value: value, settings: AttentionSettings(scale: 1))
      #expect(output.scalars == [2])
      #expect(logSum.scalars == [9000])
    }
  }

  /// The share of dropped weights, and that they are the same for every instruction set (agreesWithReference holds them to
  /// the generator's words).
  @Test func dropsTheGivenShare() {
    var generator = RandomGenerator(seed: 1)
    let dropout = AttentionDropout(probability: 0.25, rows: 300, keys: 300, using: &generator)
    let settings = AttentionSettings(dropout: dropout)
    // Equal scores and values of 1: the output is the share that stays, times 4 / 3.
    let zeros = Tensor<Float>.zeros([1, 1, 300, 1])
    let ones = Tensor<Float>(repeating: 1, shape: [1, 1, 300, 1])
    let output = Tensor.attention(query: zeros, key: zeros, value: ones, settings: settings).output.scalars
    // 90,000 draws: the mean's standard deviation is 0.0019.
    #expect(abs(output.reduce(0, +) / 300 - 1) < 0.01)
    // Rows differ.
    #expect(Set(output).count > 20)
    let next = AttentionDropout(probability: 0.25, rows: 300, keys: 300, using: &generator)
    let other = Tensor.attention(
      query: zeros, key: zeros, value: ones, settings: AttentionSettings(dropout: next)
    ).output.scalars
    #expect(other != output)
  }

  @Test func emptySequences() {
    for (queries, keys) in [(0, 3), (3, 0)] {
      let test = AttentionCase(queries: queries, keys: keys, width: 2, valueWidth: 2)
      test.check(1)
    }
  }

  @Test func joiningTheHeadsCopiesNothing() {
    let x = AttentionCase(batch: 2, heads: 3, queries: 4, keys: 4, width: 2, valueWidth: 2).operands(1)
    let output = Tensor.attention(query: x.query, key: x.key, value: x.value, settings: x.settings).output
    #expect(output.transposed(1, 2).isContiguous)
  }

  @Test func trapsWithTheShapes() async {
    await #expect(processExitsWith: .failure) {
      let query = Tensor<Float>.zeros([1, 2, 3, 4])
      _ = Tensor.attention(
        query: query, key: query, value: .zeros([1, 2, 4, 4]), settings: AttentionSettings())
    }
  }
}
