import GraftAutograd
import GraftTensor
import Testing

@testable import GraftNN

/// A backbone of one layer, a head and an auxiliary head.
private final class Network: TransferableModel {
  let body: Linear
  var pooling: any Layer = Flatten()
  var fc: any Layer
  var aux: any Layer

  init(classes: Int, seed: UInt64, hidden: Int? = nil) {
    var generator = RandomGenerator(seed: seed)
    body = Linear(3, 4, using: &generator)
    if let hidden {
      fc = Sequential {
        Linear(4, hidden, using: &generator)
        Linear(hidden, classes, using: &generator)
      }
    } else {
      fc = Linear(4, classes, using: &generator)
    }
    aux = Linear(4, classes, using: &generator)
  }

  func features(_ input: Variable) -> Variable { body(input) }

  var head: any Layer {
    get { fc }
    set { fc = newValue }
  }

  var auxiliaryHeads: [any Layer] { [aux] }

  var featureCount: Int { 4 }

  var stages: [Stage] { [Stage("body", .path("body")), Stage("head", .head)] }
}

@Suite struct NewHeadTests {
  private let published = Network(classes: 1000, seed: 1).checkpoint()

  @Test func anotherNumberOfClassesIsReported() throws {
    let model = Network(classes: 37, seed: 2)
    let heads = [model.fc.fingerprint(), model.aux.fingerprint()]
    #expect(throws: CheckpointError.self) { try model.load(published) }
    let report = try model.load(published, allowing: .newHead)
    #expect(report.matched == ["body.weight", "body.bias"])
    #expect(
      report.replaced == [
        .init(path: "fc.weight", expected: [37, 4], found: [1000, 4]),
        .init(path: "fc.bias", expected: [37], found: [1000]),
        .init(path: "aux.weight", expected: [37, 4], found: [1000, 4]),
        .init(path: "aux.bias", expected: [37], found: [1000]),
      ])
    #expect(
      report.missing.isEmpty && report.unexpected.isEmpty && report.mismatched.isEmpty && !report.isExact)
    #expect("\(report)".contains("fc.weight: the model has [37, 4], the checkpoint [1000, 4]"))
    #expect([model.fc.fingerprint(), model.aux.fingerprint()] == heads, "fresh as it was")
    #expect(try model.body.weight.value == published.tensor("body.weight"))
  }

  @Test func aHeadOfAnotherKindIsReported() throws {
    let model = Network(classes: 1000, seed: 2, hidden: 5)
    let report = try model.load(published, allowing: .newHead)
    #expect(
      report.replaced == [
        .init(path: "fc.bias", expected: nil, found: [1000]),
        .init(path: "fc.weight", expected: nil, found: [1000, 4]),
        .init(path: "fc.0.weight", expected: [5, 4], found: nil),
        .init(path: "fc.0.bias", expected: [5], found: nil),
        .init(path: "fc.1.weight", expected: [1000, 5], found: nil),
        .init(path: "fc.1.bias", expected: [1000], found: nil),
      ])
    #expect(report.matched == ["body.weight", "body.bias", "aux.weight", "aux.bias"], "what fits is loaded")
    #expect("\(report)".contains("fc.0.bias: the model has [5], the checkpoint nothing"))
  }

  @Test func aHeadThatFitsIsLoaded() throws {
    let model = Network(classes: 1000, seed: 2)
    let report = try model.load(published, allowing: .newHead)
    #expect(report.isExact && report.replaced.isEmpty)
    #expect(model.checkpoint().names.count == report.matched.count)
  }

  @Test func theBackboneHasToFit() throws {
    let model = Network(classes: 37, seed: 2)
    let fingerprint = model.fingerprint()
    var tensors: [String: AnyTensor] = [:]
    for name in published.names { tensors[name] = try published.anyTensor(name) }
    for (name, tensor) in [
      ("body.weight", AnyTensor(Tensor<Float>.zeros([4, 2]))), ("body.weight", nil),
      ("fcx.weight", AnyTensor(Tensor<Float>.zeros([1]))),
      // In the head, but of a type that says that it is something else.
      ("fc.weight", AnyTensor(Tensor<Int64>.zeros([37, 4]))),
    ] as [(String, AnyTensor?)] {
      var changed = tensors
      changed[name] = tensor
      #expect(throws: CheckpointError.self, "\(name)") {
        try model.load(Checkpoint(changed), allowing: .newHead)
      }
    }
    #expect(model.fingerprint() == fingerprint)
    tensors["extra"] = AnyTensor(Tensor<Float>.zeros([1]))
    let report = try model.load(Checkpoint(tensors), allowing: [.newHead, .unexpected("extra")])
    #expect(report.unexpected == ["extra"] && report.replaced.count == 4)
  }

  @Test func onlyAModelThatKnowsItsHeadCanHaveANewOne() {
    var generator = RandomGenerator(seed: 1)
    let model = Linear(4, 2, using: &generator)
    #expect(throws: SelectionError.self) { try model.load(model.checkpoint(), allowing: .newHead) }
  }
}
