import GraftTensor
import Testing

@testable import GraftAutograd

@Suite struct GradientsTests {
  private let a = Leaf([1, 2])
  private let b = Leaf([3])
  private let c = Leaf([4])

  private func gradients(_ entries: (Leaf, [Float])...) -> Gradients {
    var result = Gradients()
    for (leaf, values) in entries { result.set(Tensor(values), for: leaf) }
    return result
  }

  @Test func addsEntryByEntry() {
    let sum = gradients((a, [1, 2]), (b, [3])) + gradients((c, [5]), (a, [10, 20]))
    #expect(sum.count == 3)
    #expect(sum[a] == Tensor([11, 22]))
    #expect(sum[b] == Tensor([3]))
    #expect(sum[c] == Tensor([5]))
    #expect(sum.leaves.map { ObjectIdentifier($0) } == [a, b, c].map { ObjectIdentifier($0) })
  }

  /// Two halves of a batch add up to the whole.
  @Test func accumulates() {
    func gradients(of range: Range<Int>) -> Gradients {
      let data = Tensor<Float>([1, 2, 3, 4]).slice(range)
      return valueAndGradients { (Variable(data) * b.variable.square()).sum() }.gradients
    }
    var accumulated = Gradients()
    accumulated += gradients(of: 0..<2)
    accumulated += gradients(of: 2..<4)
    #expect(accumulated[b] == gradients(of: 0..<4)[b])
  }

  @Test func addingLeavesTheOperandsAlone() {
    let (left, right) = (gradients((a, [1, 2])), gradients((a, [10, 20])))
    _ = left + right
    #expect(left[a] == Tensor([1, 2]))
    #expect(left.scaled(by: 2)[a] == Tensor([2, 4]))
    #expect(left[a] == Tensor([1, 2]))
  }

  /// `torch.nn.utils.clip_grad_norm_` of [3, 4] and [12] to 1 gives 0.2307692, 0.3076923 and 0.9230769 and returns 13.
  @Test func clipsToANorm() {
    var clipped = gradients((a, [3, 4]), (b, [12]))
    #expect(clipped.clip(toNorm: 1) == 13)
    #expect(clipped[a]?.isClose(to: Tensor([0.2307692, 0.3076923]), relative: 2e-7) == true)
    #expect(clipped[b]?.isClose(to: Tensor([0.9230769]), relative: 2e-7) == true)
  }

  @Test func aSmallerNormIsLeftAlone() {
    let before = gradients((a, [3, 4]))
    #expect(before.clipped(toNorm: 5.1)[a] == before[a])
    #expect(before.globalNorm == 5)
    #expect(Gradients().globalNorm == 0)
  }

  /// The sum of these squares, 4e38, overflows a float; its root does not.
  @Test func theNormAcrossEntriesIsTakenInDouble() {
    #expect(gradients((a, [1e19, 1e19]), (b, [1e19]), (c, [1e19])).globalNorm == 2e19)
  }

  @Test func clipsToAValue() {
    let clipped = gradients((a, [-3, 0.5])).clipped(toValue: 1)
    #expect(clipped[a] == Tensor([-1, 0.5]))
  }

  @Test func findsWhatIsNotFinite() {
    let found = gradients((a, [1, .nan]), (b, [2]), (c, [-.infinity])).nonFiniteLeaves
    #expect(found.map { ObjectIdentifier($0) } == [a, c].map { ObjectIdentifier($0) })
    // A norm that is NaN must not pass as a small one.
    #expect(gradients((b, [.nan]), (c, [1])).clipped(toNorm: 1)[c]?.scalar.isNaN == true)
  }

  @Test func aGradientOfAnotherShapeTraps() async {
    await #expect(processExitsWith: .failure) {
      var gradients = Gradients()
      gradients.set(Tensor([1, 2]), for: Leaf([1]))
    }
  }
}
