import GraftAutograd
import GraftTensor
import Testing

@testable import GraftNN

/// A stem, two blocks and a head, as small as can be.
private final class Small: TransferableModel {
  var stem = Linear(weight: .ones([2, 2]), bias: .zeros([2]))
  var blocks: [Sequential] = (0..<2).map { _ in
    Sequential([Linear(weight: .ones([2, 2]), bias: .zeros([2])), BatchNorm1D(2)])
  }
  var pooling: any Layer = Identity()
  var head: any Layer = Linear(weight: .ones([3, 2]), bias: .zeros([3]))

  var featureCount: Int { 2 }

  var stages: [Stage] {
    [Stage("stem", .path("stem")), Stage("block", .path("blocks")), Stage("head", .head)]
  }

  func features(_ input: Variable) -> Variable { blocks.reduce(stem(input)) { $1($0) } }
}

@Suite struct SelectionTests {
  private let model = Small()

  private func paths(_ selection: Selection) throws -> [String] {
    try selection.resolve(in: model).map(\.path)
  }

  private let statistics = ["running_mean", "running_var", "num_batches_tracked"]

  @Test func selectsByPath() throws {
    #expect(try paths(.path("stem")) == ["stem.weight", "stem.bias"])
    #expect(try paths(.path("stem.bias")) == ["stem.bias"])
    #expect(try paths(.path("**.0.weight")) == ["blocks.0.0.weight", "blocks.1.0.weight"])
    #expect(try paths(.path("blocks.*.0.*")).count == 4)
    #expect(try paths(.path("**")) == paths(.all))
    #expect(try paths(.path("st*m.**")) == ["stem.weight", "stem.bias"])
  }

  @Test func selectsByRole() throws {
    #expect(
      try paths(.biases) == [
        "stem.bias", "blocks.0.0.bias", "blocks.0.1.bias", "blocks.1.0.bias", "blocks.1.1.bias", "head.bias",
      ])
    #expect(
      try paths(.normalization && .path("blocks.0"))
        == (["weight", "bias"] + statistics).map { "blocks.0.1.\($0)" })
    #expect(
      try paths(.statistics) == (0..<2).flatMap { block in statistics.map { "blocks.\(block).1.\($0)" } })
    #expect(try paths(.head) == ["head.weight", "head.bias"])
    #expect(try paths(.stage(0)) == paths(.path("stem")))
    #expect(try paths(.stage(-1)) == paths(.head))
  }

  /// De Morgan, complement and partition hold for every pair of selections.
  @Test func isAnAlgebra() throws {
    let everything = try Set(paths(.all))
    let selections: [Selection] = [
      .head, .backbone, .biases, .normalization, .statistics, .path("blocks.**"), .stage(1),
    ]
    for a in selections {
      #expect(try Set(paths(a)).union(paths(!a)) == everything)
      for b in selections {
        #expect(try paths(a || b) == paths(!(!a && !b)))
        #expect(try Set(paths(a || b)) == Set(paths(a)).union(paths(b)))
      }
    }
    #expect(try paths(.backbone) == paths(!.head))
  }

  @Test func stagesDivideTheModel() throws {
    let parts = try model.stages.map { try $0.selection.resolve(in: model).map(\.path) }
    #expect(parts.flatMap { $0 } == (try paths(.all)))
  }

  @Test func nothingIsAnErrorWithTheNearestPaths() throws {
    let error = #expect(throws: SelectionError.self) { try paths(.path("stem.wieght")) }
    guard case .matchesNothing(_, let nearest) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(nearest.first == "stem.weight")
  }

  @Test func stagesNeedAModelThatHasThem() {
    #expect(throws: SelectionError.noSuchStage(index: 3, stages: ["stem", "block", "head"])) {
      try paths(.stage(3))
    }
    #expect(throws: SelectionError.noTransferContract(selection: "head", model: "Linear")) {
      try Selection.head.resolve(in: Linear(weight: .ones([1, 1])))
    }
  }

  @Test func describesItself() {
    #expect("\(!.head && (.biases || .path("a.*")))" == "(!head && (biases || path(\"a.*\")))")
  }
}
