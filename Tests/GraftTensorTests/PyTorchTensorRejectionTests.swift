import Foundation
import Testing

@testable import GraftTensor

/// Tensors that do not fit their storage, and storages that do not fit the file.
@Suite struct PyTorchTensorRejectionTests {
  private func problem(_ tensor: [UInt8]) throws -> TensorFileError.Problem? {
    try pyTorchProblem(pyTorchArchive(pickle: Pickle.dictionary([("w", tensor)])))
  }

  @Test func acceptsWhatFits() throws {
    for (offset, shape, strides) in [
      (0, [4], [1]), (0, [2, 2], [1, 2]), (3, [], []), (0, [4, 1], [1, 999]), (1, [3], [1]),
      (0, [2, 3], [1, 1]),
      (99, [0], [1]), (0, [0, 7], [.max, .max]), (0, [1, 1, 1, 1, 1, 1, 1, 4], [0, 0, 0, 0, 0, 0, 0, 1]),
    ] as [(Int, [Int], [Int])] {
      #expect(
        try problem(Pickle.tensor(offset: offset, shape: shape, strides: strides)) == nil,
        "\(shape) \(strides)")
    }
  }

  @Test func refusesWhatLiesOutside() throws {
    for (offset, shape, strides, needed) in [
      (0, [5], [1], 5), (1, [4], [1], 5), (4, [], [], 5), (0, [2, 2], [3, 1], 5), (.max, [], [], .max),
      (0, [2], [.max], .max), (1_000_000, [2], [1], 1_000_002),
    ] as [(Int, [Int], [Int], Int)] {
      let problem = try problem(Pickle.tensor(offset: offset, shape: shape, strides: strides))
      #expect(problem == .outsideStorage(tensor: "w", needed: needed, found: 4), "\(shape) \(strides)")
    }
  }

  @Test func refusesAbsurdSizes() throws {
    for (shape, strides) in [
      ([.max], [0]), ([1 << 32], [0]), ([1 << 20, 1 << 20, 1 << 20], [0, 0, 0]), ([2, .max], [1, 1]),
      ([3], [.max]), ([2, 2], [.max, .max]), ([3, 1 << 16, 1 << 16], [0, 0, 0]),
    ] as [([Int], [Int])] {
      let found = try problem(Pickle.tensor(shape: shape, strides: strides))
      #expect(found == .shapeOverflow(tensor: "w"), "\(shape) \(strides)")
    }
    let nine = [Int](repeating: 1, count: 9)
    #expect(try problem(Pickle.tensor(shape: nine, strides: nine)) == .unsupportedRank(tensor: "w", 9))
    // Four floats seen a million times.
    guard case .repeatedElements = try problem(Pickle.tensor(shape: [1000, 1000], strides: [0, 0])) else {
      Issue.record("not refused")
      return
    }
  }

  @Test func refusesNumbersThatAreNone() throws {
    for tensor in [
      Pickle.tensor(offset: -1, shape: [1], strides: [1]), Pickle.tensor(shape: [-1], strides: [1]),
      Pickle.tensor(shape: [2], strides: [-1]), Pickle.tensor(shape: [2], strides: [1, 1]),
      Pickle.tensor(shape: [2], strides: [1], storage: Pickle.storage(count: -4)),
      Pickle.tensor(shape: [2], strides: [1], storage: Pickle.text("0")),
    ] {
      guard case .malformedPickle = try problem(tensor) else {
        Issue.record("not refused")
        return
      }
    }
  }

  @Test func refusesStoragesOfAnotherSize() throws {
    for (storage, expected, found) in [
      (Pickle.storage(count: 5), 20, 16), (Pickle.storage(count: 3), 12, 16),
      (Pickle.storage(key: "1"), 4, 0),
      (Pickle.storage(key: "../0"), 4, 0), (Pickle.storage(type: "DoubleStorage"), 32, 16),
      (Pickle.storage(count: .max), .max, 16),
    ] {
      let problem = try problem(Pickle.tensor(shape: [1], strides: [1], storage: storage))
      #expect(problem == .sizeMismatch(tensor: "w", expected: expected, found: found))
    }
    let bytes = Pickle.tuple([
      Pickle.text("storage"), Pickle.global("torch.storage", "UntypedStorage"), Pickle.text("0"),
      Pickle.text("cpu"),
      Pickle.integer(16),
    ])
    #expect(
      try problem(Pickle.tensor(shape: [1], strides: [1], storage: bytes + [0x51]))
        == .unsupportedElementType(tensor: "w", "bytes of no known type"))
  }

  @Test func refusesTwoTensorsOfOneName() throws {
    let tensor = Pickle.tensor(shape: [4], strides: [1])
    let pickle = Pickle.dictionary([("w", tensor), ("w", tensor)])
    #expect(try pyTorchProblem(pyTorchArchive(pickle: pickle)) == .duplicateName("w"))
    let nested = [0x7D] + Pickle.text("b") + tensor + [0x73]
    let dotted = Pickle.dictionary([("a.b", tensor), ("a", nested)])
    #expect(try pyTorchProblem(pyTorchArchive(pickle: dotted)) == .duplicateName("a.b"))
  }

  /// A sparse file may be as long as it likes; a stride that a `Shape` can't hold is found first.
  @Test func refusesStridesThatNoTensorCanHave() {
    #expect(throws: TensorFileError.Problem.shapeOverflow(tensor: "w")) {
      try Shape.checked([2, 1 << 16, 1 << 16], elementType: .uint8, tensor: "w")
    }
    #expect(throws: Never.self) {
      try Shape.checked([1, 1 << 16, 1 << 16], elementType: .uint8, tensor: "w").shape.contiguousStrides
    }
  }
}
