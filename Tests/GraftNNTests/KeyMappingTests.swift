import GraftTensor
import Testing

@testable import GraftNN

@Suite struct KeyMappingTests {
  @Test func stripsAndAddsPrefixes() {
    #expect(KeyMapping.strippingPrefix("bert.").target(of: "bert.pooler.weight")?.path == "pooler.weight")
    #expect(KeyMapping.strippingPrefix("bert.").target(of: "robert.weight")?.path == "robert.weight")
    #expect(KeyMapping.addingPrefix("model.").target(of: "weight")?.path == "model.weight")
  }

  @Test func renamesWholeComponentsOnly() {
    let mapping: KeyMapping = .renaming("LayerNorm.gamma", to: "LayerNorm.weight")
    #expect(mapping.target(of: "a.LayerNorm.gamma")?.path == "a.LayerNorm.weight")
    #expect(mapping.target(of: "LayerNorm.gamma")?.path == "LayerNorm.weight")
    #expect(mapping.target(of: "a.gamma")?.path == "a.gamma")
    #expect(mapping.target(of: "a.PreLayerNorm.gamma")?.path == "a.PreLayerNorm.gamma")
    #expect(KeyMapping.renaming("a", to: "b.c").target(of: "a.x.a")?.path == "b.c.x.b.c")
  }

  @Test func appliesItsPartsInOrder() {
    let mapping: KeyMapping = [
      .strippingPrefix("transformer."), .dropping("h.*.attn.bias"), .renaming("h", to: "blocks"),
    ]
    #expect(mapping.target(of: "transformer.h.3.attn.bias") == nil)
    #expect(mapping.target(of: "transformer.h.3.attn.c_attn.bias")?.path == "blocks.3.attn.c_attn.bias")
    #expect(KeyMapping.identity.target(of: "x.y")?.path == "x.y")
    #expect(mapping.followed(by: .addingPrefix("m.")).target(of: "h.weight")?.path == "m.blocks.weight")
  }

  @Test func transposesAndReshapes() throws {
    let model = Linear(weight: .zeros([2, 3]), bias: .zeros([2]))
    let stored = Tensor<Float>([[1, 2], [3, 4], [5, 6]])
    let bias = Tensor<Float>(shape: [2, 1, 1], scalars: [7, 8])
    let checkpoint = Checkpoint(["fc.weight": AnyTensor(stored), "fc.bias": AnyTensor(bias)])
    let report = try model.load(
      checkpoint,
      mapping: [.strippingPrefix("fc."), .transposing("weight"), .reshaping("bias")])
    #expect(report.isExact)
    #expect(model.weight.value == stored.transposed())
    #expect(model.bias?.value == Tensor([7, 8]))
  }

  /// Without the rule a matrix that fits only when transposed is a mismatch, not a guess.
  @Test func neverGuesses() {
    let checkpoint = Checkpoint(["weight": AnyTensor(Tensor<Float>.zeros([3, 2]))])
    #expect(throws: CheckpointError.self) { try Linear(weight: .zeros([2, 3])).load(checkpoint) }
  }

  @Test func twoNamesForOnePathAreAnError() {
    let tensor = AnyTensor(Tensor<Float>.zeros([2, 3]))
    let checkpoint = Checkpoint(["weight": tensor, "module.weight": tensor])
    #expect(throws: CheckpointError.ambiguous(path: "weight", names: ["module.weight", "weight"])) {
      try Linear(weight: .zeros([2, 3])).load(checkpoint, mapping: .strippingPrefix("module."))
    }
  }
}
