import GraftTensor
import Testing

@Suite struct FingerprintTests {
  private func digest(_ body: (inout Fingerprint) -> Void) -> String {
    var fingerprint = Fingerprint()
    body(&fingerprint)
    return fingerprint.description
  }

  @Test func everyBitOfATensorCounts() {
    var seen: Set<String> = []
    let zeros = Tensor<Float>.zeros([3, 5])
    seen.insert(digest { $0.combine(AnyTensor(zeros)) })
    for element in 0..<15 {
      for bit in 0..<32 {
        var scalars = zeros.scalars
        scalars[element] = Float(bitPattern: 1 << UInt32(bit))
        seen.insert(digest { $0.combine(AnyTensor(Tensor(shape: [3, 5], scalars: scalars))) })
      }
    }
    #expect(seen.count == 1 + 15 * 32)
  }

  /// Two flipped signs would cancel out in a chain that only multiplies.
  @Test func twoChangesDoNotCancelOut() {
    let plain = digest { $0.combine(AnyTensor(Tensor<Float>([1, 2, 3, 4]))) }
    #expect(digest { $0.combine(AnyTensor(Tensor<Float>([1, -2, 3, -4]))) } != plain)
  }

  @Test func shapeTypeAndOrderCount() {
    let zeros = Tensor<Float>.zeros([4])
    let digests = [
      digest { $0.combine(AnyTensor(zeros)) }, digest { $0.combine(AnyTensor(zeros.reshaped(to: [2, 2]))) },
      digest { $0.combine(AnyTensor(Tensor<Int32>.zeros([4]))) }, digest { $0.combine("") },
      digest { $0.combine("ab") },
      digest {
        $0.combine("a")
        $0.combine("b")
      },
      digest {
        $0.combine("b")
        $0.combine("a")
      },
    ]
    #expect(Set(digests).count == digests.count)
  }

  @Test func viewsAndCopiesAgree() {
    let matrix = Tensor<Float>([[1, 2], [3, 4]])
    let copy = Tensor<Float>([[1, 3], [2, 4]])
    #expect(digest { $0.combine(AnyTensor(matrix.transposed())) } == digest { $0.combine(AnyTensor(copy)) })
  }
}
