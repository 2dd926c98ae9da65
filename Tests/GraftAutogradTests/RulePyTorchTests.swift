import Foundation
import GraftTensor
import Testing

@testable import GraftAutograd

/// Results and gradients of every rule against PyTorch's; `Fixtures/make_rules.py` made them.
@Suite struct RulePyTorchTests {
  static let fixture = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Fixtures/rules.safetensors")

  /// Dropout is left out: its numbers come from another generator.
  @Test(arguments: RuleCase.all.filter { !$0.name.contains("dropped") }) func agrees(_ rule: RuleCase) throws
  {
    let file = try SafetensorsFile(contentsOf: Self.fixture)
    func stored(_ part: String) throws -> Tensor<Float> {
      try file.tensor("\(rule.name)/\(part)", as: Float.self)
    }
    let count = file.names.filter { $0.hasPrefix("\(rule.name)/input") }.count
    #expect(count > 0)
    let inputs = try (0..<count).map { try stored("input\($0)") }
    let upstream = try stored("upstream")
    let output = rule.function(inputs.map { Variable($0) })
    expectClose(output.value, try stored("output"), "\(rule.name): output")
    let gradients = gradients(at: inputs) { rule.function($0) * Variable(upstream) }
    for (index, gradient) in gradients.enumerated() {
      expectClose(gradient, try stored("gradient\(index)"), "\(rule.name): gradient \(index)")
    }
  }

  @Test func noCaseIsLeftOver() throws {
    let cases = RuleCase.all.map(\.name)
    let unused = try SafetensorsFile(contentsOf: Self.fixture).names.filter { name in
      !cases.contains { name.hasPrefix($0 + "/") }
    }
    #expect(unused.isEmpty)
  }

  /// The stored numbers are float64 rounded once. Ours are sums of at most about 50 terms of functions that are off by a
  /// few units in the last place, 2⁻²³: an error below 5e-6 of the largest element, unless the terms cancel.
  private func expectClose(_ actual: Tensor<Float>, _ expected: Tensor<Float>, _ what: String) {
    #expect(actual.shape == expected.shape, "\(what)")
    guard actual.shape == expected.shape else { return }
    let finite = expected.scalars.filter(\.isFinite).map(abs)
    let allowed = 5e-6 * max(1, finite.max() ?? 0)
    for (index, pair) in zip(actual.scalars, expected.scalars).enumerated() {
      let agrees = pair.0 == pair.1 || abs(pair.0 - pair.1) <= allowed || (pair.0.isNaN && pair.1.isNaN)
      #expect(agrees, "\(what): element \(index) is \(pair.0) instead of \(pair.1)")
    }
  }
}
