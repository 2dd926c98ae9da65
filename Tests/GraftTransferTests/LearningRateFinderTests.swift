import Foundation
import GraftAutograd
import GraftData
import GraftNN
import GraftOptim
import GraftTensor
import Testing

@testable import GraftTransfer

@Suite struct LearningRateFinderTests {
  private struct Failure: Error {}

  /// A curve of 100 rates from 10⁻⁵ to 1, without smoothing, with the losses of a function of the rate's decimal logarithm.
  private func curve(_ loss: (Double) -> Double) -> LearningRateCurve {
    let finder = LearningRateFinder(from: 1e-5, to: 1, steps: 101, smoothing: 0, divergence: 1e6)
    var step = -1
    return finder.run(Linear(zeros: 1), optimizer: SGD(learningRate: 1)) { optimizer, _ in
      step += 1
      return Float(loss(-5 + 5 * Double(step) / 100))
    }
  }

  @Test func suggestionsOnAPlantedValley() throws {
    // Level to 10⁻³, falling to 10⁻¹, rising behind.
    let curve = curve { $0 < -3 ? 5 : $0 < -1 ? 5 - ($0 + 3) * 2 : 1 + ($0 + 1) * 3 }
    #expect(curve.points.count == 101 && curve.ending == .completed)
    // A step is a twentieth of a decade; a suggestion may be one off.
    func decade(_ rate: Float?) throws -> Double { log10(Double(try #require(rate))) }
    #expect(abs(try decade(curve.minimum) + 2) < 0.051)
    #expect(abs(try decade(curve.valley) + 2) < 0.051)
    let steepest = try decade(curve.steepest)
    #expect(steepest > -3.01 && steepest < -0.99)
  }

  @Test func steepestAndValleyDiffer() throws {
    // A long gentle descent with one steep piece of a fifth of a decade that ends at 10⁻³.
    let curve = curve { x in
      let gentle = 4 - 0.2 * max(0, min(x, -1) + 4)
      return gentle - 2 * max(0, min((x + 3.2) / 0.2, 1)) + (x > -1 ? 3 * (x + 1) : 0)
    }
    let (steepest, valley) = (try #require(curve.steepest), try #require(curve.valley))
    #expect(abs(log10(Double(steepest)) + 3.1) < 0.11)
    #expect(abs(log10(Double(valley)) + 2.5) < 0.051)
    #expect(curve.description.hasPrefix("valley "), "\(curve)")
  }

  /// A mean of the first few losses is mostly chance: one that happens to be low misleads nobody.
  @Test func theFirstTenthDoesNotCount() {
    func valley(_ x: Double) -> Double { x < -3 ? 5 : x < -1 ? 5 - (x + 3) * 2 : 1 + (x + 1) * 3 }
    let (plain, lucky) = (curve(valley), curve { $0 < -4.52 ? 0.5 : valley($0) })
    #expect(lucky.smoothedLosses.prefix(10).allSatisfy { $0 == 0.5 } && lucky.smoothedLosses[10] == 5)
    #expect(
      lucky.minimum == plain.minimum && lucky.steepest == plain.steepest && lucky.valley == plain.valley)
  }

  @Test func theSteepestDescentIsOneToTheLowestLoss() throws {
    // A gentle descent to 10⁻², then up, and from there faster down than before, but not so far.
    let curve = curve { $0 < -2 ? 2 - $0 : $0 < -1 ? 4 + 5 * ($0 + 2) : 9 - 4 * ($0 + 1) }
    #expect(try #require(curve.steepest) <= 0.0101)
  }

  @Test func nothingIsSuggestedWhereTheLossNeverFalls() {
    for curve in [curve { _ in 2 }, curve { 10 + $0 }] {
      #expect(curve.valley == nil && curve.steepest == nil && curve.minimum == nil)
      #expect(curve.description.hasPrefix("the loss does not fall"))
    }
    // Nor does smoothing make up a descent: not even its rounding does.
    let level = LearningRateFinder().run(Linear(zeros: 1), optimizer: SGD(learningRate: 1)) { _, _ in 2.302585
    }
    #expect(level.points.count == 100 && level.suggestions.isEmpty, "\(level)")
    let nothing = LearningRateFinder().run(Linear(zeros: 1), optimizer: SGD(learningRate: 1)) { _, _ in nil }
    #expect(nothing.points.isEmpty && nothing.ending == .outOfBatches && nothing.valley == nil)
    #expect(nothing.svg().contains("</svg>"))
  }

  @Test func smoothingIsCorrectedForItsStart() {
    let losses: [Float] = [3, 1, 2]
    var step = 0
    let curve = LearningRateFinder(from: 1, to: 4, steps: 3, smoothing: 0.5).run(
      Linear(zeros: 1), optimizer: SGD(learningRate: 9)
    ) { optimizer, _ in
      #expect(optimizer.learningRate == [1, 2, 4][step])
      step += 1
      return losses[step - 1]
    }
    // 3; (3/4 + 1/2)/(3/4); (3/8 + 1/4 + 1)/(7/8). Few roundings of double precision.
    for (found, expected) in zip(curve.smoothedLosses, [3, 5.0 / 3, 13.0 / 7]) {
      #expect(abs(found - expected) < 1e-14)
    }
    #expect(curve.losses == losses && curve.rates == [1, 2, 4])
  }

  /// A multiple of a negative loss would be below it.
  @Test func divergenceOfNegativeLosses() {
    let losses: [Float] = [-10, -20, -5, 39, 41, 0]
    var step = 0
    let curve = LearningRateFinder(steps: 6, smoothing: 0, divergence: 4).run(
      Linear(zeros: 1), optimizer: SGD(learningRate: 1)
    ) { _, _ in
      step += 1
      return losses[step - 1]
    }
    // Above −20 by more than 3 · 20.
    #expect(curve.ending == .diverged && curve.losses == Array(losses.prefix(5)))
  }

  /// On a loss of w² whose step overshoots above a rate of 1: the test ends there, long before infinity.
  @Test func stopsAtDivergence() throws {
    let model = Linear(zeros: 1)
    model.weight.value = Tensor([[1]])
    let curve = LearningRateFinder(from: 1e-3, to: 1e3, steps: 200, smoothing: 0.5).run(
      model, optimizer: SGD(learningRate: 1), over: [1]
    ) { _ in (model.weight.variable * model.weight.variable).sum() }
    #expect(curve.ending == .diverged && curve.points.allSatisfy { $0.loss.isFinite })
    let last = try #require(curve.rates.last)
    #expect(last > 1 && last < 10)
    let best = try #require(curve.valley)
    #expect(best > 1e-3 && best < 1)
    #expect(model.weight.value == Tensor([[1]]))
  }

  @Test func aLossThatIsNotFiniteEndsTheTest() throws {
    let model = Linear(zeros: 1)
    for bad in [Float.nan, .infinity, -.infinity] {
      var step = 0
      let curve = LearningRateFinder().run(model, optimizer: SGD(learningRate: 1)) { _, _ in
        step += 1
        model.weight.value = Tensor([[Float(step)]])
        return step == 8 ? bad : 1 / Float(step)
      }
      #expect(curve.ending == .notFinite && curve.points.count == 7)
      #expect(model.weight.value == Tensor([[0]]))
    }
    var step = 0
    let curve = try LearningRateFinder().run(model, optimizer: SGD(learningRate: 1)) { _, _ in
      step += 1
      model.weight.value = Tensor([[.nan]])
      if step == 5 { throw TrainingError.nonFiniteGradients(paths: ["weight"]) }
      return 1
    }
    #expect(curve.ending == .notFinite && curve.points.count == 4)
    #expect(model.weight.value == Tensor([[0]]))
  }

  @Test func stepsDrawOnFromACopyOfTheGenerator() {
    let generator = RandomGenerator(seed: 31)
    var (expected, drawn): (RandomGenerator, [UInt64]) = (generator, [])
    _ = LearningRateFinder(steps: 3).run(
      Linear(zeros: 1), optimizer: SGD(learningRate: 1), generator: generator
    ) { _, generator in
      drawn.append(generator.next())
      return 1
    }
    #expect(drawn == (0..<3).map { _ in expected.next() })
    #expect(generator == RandomGenerator(seed: 31))
  }

  /// A run with dropout, batch norm, momentum and partly frozen stages leaves no trace: the training that follows has the bits of
  /// one without the test.
  @Test(arguments: [false, true])
  func restoresEverything(throwing: Bool) throws {
    let data = try colouredImages()
    func prepared() -> (TinyNet, AdamW) {
      let model = TinyNet(dropout: 0.3)
      model.freeze(.path("stem.conv"))
      var optimizer = AdamW(learningRate: 0.01)
      trainEpoch(model, &optimizer, on: data)
      return (model, optimizer)
    }
    let (untouched, plainOptimizer) = prepared()
    let (model, optimizer) = prepared()
    let generator = RandomGenerator(seed: 31)
    let before = try bits(of: model)
    let flags = model.state.map(\.isTrainable)
    var isMoved = false
    var batches = data.batches(of: 8, prefetch: 0).makeIterator()
    func test() throws -> LearningRateCurve {
      var step = 0
      return try LearningRateFinder(from: 1e-4, to: 1, steps: 30).run(
        model, optimizer: optimizer, generator: generator
      ) { optimizer, generator in
        step += 1
        if step == 2 { model.unfreeze() }
        if throwing && step == 3 { throw Failure() }
        guard let batch = batches.next() else { return nil }
        let (loss, gradients) = valueAndGradients(using: &generator) {
          softmaxCrossEntropy(model(batch.inputs), batch.labels)
        }
        optimizer.update(with: gradients)
        isMoved = try bits(of: model).allSatisfy {
          $0.key.hasPrefix("stem.conv") || before[$0.key] != $0.value
        }
        return loss
      }
    }
    if throwing {
      #expect(throws: Failure.self) { try test() }
    } else {
      #expect(try test().points.count == 3)
    }
    #expect(isMoved, "the test trained nothing")
    #expect(try bits(of: model) == before)
    #expect(model.state.map(\.isTrainable) == flags)
    #expect(generator == RandomGenerator(seed: 31) && optimizer.learningRate == 0.01)
    var (one, other) = (optimizer, plainOptimizer)
    trainEpoch(model, &one, on: data, epoch: 1)
    trainEpoch(untouched, &other, on: data, epoch: 1)
    #expect(try bits(of: model) == bits(of: untouched))
  }

  @Test func plainStepsGoOverTheBatchesAgain() throws {
    let data = try colouredImages()
    let model = TinyNet()
    let before = try bits(of: model)
    let finder = LearningRateFinder(from: 1e-4, to: 0.1, steps: 10)
    func run() -> LearningRateCurve {
      finder.run(model, optimizer: AdamW(), over: data.batches(of: 8, prefetch: 0)) {
        softmaxCrossEntropy(model($0.inputs), $0.labels)
      }
    }
    var order: [Int] = []
    _ = LearningRateFinder(steps: 7).run(Linear(zeros: 1), optimizer: SGD(learningRate: 1), over: 0..<3) {
      order.append($0)
      return Variable(Tensor(1))
    }
    #expect(order == [0, 1, 2, 0, 1, 2, 0])
    let curve = run()
    #expect(curve.points.count == 10 && curve.ending == .completed)
    #expect(run() == curve, "the same test has the same bits")
    #expect(try bits(of: model) == before)
  }

  @Test func theCurveDrawsItself() throws {
    let curve = curve { $0 < -3 ? 5 : $0 < -1 ? 5 - ($0 + 3) * 2 : 1 + ($0 + 1) * 3 }
    let svg = curve.svg(title: "rates & losses")
    for text in [
      "rates &amp; losses", "learning rate", "smoothed loss", "valley 1.0e-02", ">0.001<", "</svg>",
    ] {
      #expect(svg.contains(text), "\(text)")
    }
    // Two curves and the dashed suggestions.
    #expect(svg.components(separatedBy: "stroke-dasharray").count - 1 == curve.suggestions.count)
    #expect(!svg.contains("nan") && !svg.contains("inf\""))
  }

  /// The smoothed losses in the picture, whose field is 320 high and begins 36 below the upper end.
  private func smoothedLine(in svg: String) throws -> [(x: Double, y: Double)] {
    let lines = svg.matches(of: #/<polyline points="([^"]*)" fill="none" stroke="#0072b2"/#)
    // The first is the legend's.
    return try #require(lines.last).1.split(separator: " ").map { point in
      let numbers = point.split(separator: ",").compactMap { Double($0) }
      return (numbers[0], numbers[1])
    }
  }

  @Test func theDescentCanBeSeenHoweverFarTheLossRises() throws {
    let curve = curve { $0 < -2 ? 2.4 - ($0 + 5) * 0.1 : 1.1 + pow(10, 3 * ($0 + 2)) }
    #expect(curve.ending == .completed && curve.losses[100] > 1e6)
    let line = try smoothedLine(in: curve.svg())
    // From 2.4 to 2.1 takes at least a third of the field; the line ends where it leaves the field.
    let heights = line.map(\.y)
    let deepest = try #require(heights.max())
    #expect(deepest - heights[0] > 320.0 / 3 && heights[0] > 36)
    #expect(heights.last == 36 && heights.count { $0 == 36 } == 1)
  }

  @Test func aSuggestionBelowAllRatesIsWhereItBelongs() throws {
    // Lowest at 10⁻⁴·², a tenth of which was not tried.
    let curve = curve { 1 + abs($0 + 4.2) }
    #expect(try #require(curve.minimum) < curve.rates[0])
    let svg = curve.svg()
    let marks = svg.matches(of: #/<polyline points="([0-9.]+),[^>]*stroke-dasharray/#).compactMap {
      Double($0.1)
    }
    // A fifth of a decade from the left end, of 5.2 decades on 480 units, the curve begins.
    let start = try smoothedLine(in: svg)[0].x
    let left = try #require(marks.min())
    #expect(marks.count == 3 && abs(left - (start - 480.0 / 26)) < 0.1)
  }

  @Test func aSingleStepIsADot() {
    var step = 0
    let curve = LearningRateFinder().run(Linear(zeros: 1), optimizer: SGD(learningRate: 1)) { _, _ in
      step += 1
      return step == 1 ? 2.3 : .nan
    }
    #expect(curve.svg().contains("<circle"))
  }

  @Test func mistakesStopTheProgram() async {
    await #expect(processExitsWith: .failure) { _ = LearningRateFinder(from: 0, to: 1) }
    await #expect(processExitsWith: .failure) { _ = LearningRateFinder(from: 1, to: 1) }
    await #expect(processExitsWith: .failure) { _ = LearningRateFinder(steps: 1) }
    await #expect(processExitsWith: .failure) {
      _ = LearningRateFinder().run(Linear(zeros: 1), optimizer: SGD(learningRate: 1), over: [Int]()) { _ in
        Variable(Tensor(1))
      }
    }
  }
}

extension Linear {
  /// A layer of `count` inputs and one output whose weights are 0.
  fileprivate convenience init(zeros count: Int) {
    var generator = RandomGenerator(seed: 0)
    self.init(count, 1, using: &generator)
    weight.value = .zeros([1, count])
  }
}
