import GraftTensor
import Testing

@testable import GraftData

@Suite struct LabeledDatasetTests {
  @Test func bytesComeOutFromZeroToOne() throws {
    let dataset = try LabeledDataset(
      images: Tensor(shape: [2, 1, 1, 2], scalars: [0, 255, 51, 102]), labels: Tensor([1, 0]))
    #expect(dataset.inputs.scalars == [0, 1, 0.2, 0.4])
    #expect(dataset.inputShape == [1, 1, 2] && dataset.classNames == ["0", "1"])
    #expect(dataset[1].input.shape == [1, 1, 2] && dataset[1].label == 0)
    #expect(dataset.map(\.label) == [1, 0])
  }

  @Test func tablesComeOutAsTheyAre() throws {
    let rows = Tensor<Float>([[1, -2], [3, .infinity]])
    let dataset = try LabeledDataset(inputs: rows, labels: Tensor([0, 2]), classNames: ["a", "b", "c"])
    #expect(dataset.inputs == rows)
    #expect(dataset.classFrequencies == [1, 0, 1])
  }

  @Test func refusesLabelsThatDoNotFit() throws {
    let images = Tensor<UInt8>.zeros([3, 1, 2, 2])
    let mismatch = #expect(throws: DataError.self) {
      try LabeledDataset(images: images, labels: Tensor([0, 1]))
    }
    #expect(mismatch?.kind == .countMismatch)
    let outside = #expect(throws: DataError.self) {
      try LabeledDataset(images: images, labels: Tensor([0, 1, 2]), classNames: ["a", "b"])
    }
    #expect(outside?.kind == .labelOutOfRange && outside?.place == .sample(2))
    #expect(outside?.description.contains("label 2 is not one of 2 classes") == true)
    for label in [-1, Int32.min, Int32.max] {
      #expect(throws: DataError.self) {
        try LabeledDataset(images: images, labels: Tensor([0, label, 0]))
      }
    }
  }

  @Test func subsetsShareTheInputs() throws {
    let dataset = try numberedImages(10)
    let subset = dataset.subset(at: [7, 2, 2])
    #expect(subset.map(\.label) == [1, 2, 2])
    #expect(subset.inputs == dataset.inputs(at: [7, 2, 2]))
    let nested = subset.subset(at: [1])
    #expect(nested.inputs == dataset.inputs(at: [2]))
    guard case .bytes(let whole) = dataset.storage, case .bytes(let part) = nested.storage else {
      Issue.record("8-bit images are kept as bytes")
      return
    }
    let addresses = (whole.withUnsafeElements { $0 }, part.withUnsafeElements { $0 })
    #expect(addresses.0 == addresses.1)
  }

  @Test func otherInputsKeepLabelsOfTheSubset() throws {
    let subset = try numberedImages(10).subset(at: [7, 2])
    let features = Tensor<Float>([[1, 2, 3], [4, 5, 6]])
    let replaced = subset.normalized(by: .init(mean: [0.5], standardDeviation: [2]))
      .replacingInputs(with: features)
    #expect(replaced.inputs == features)
    #expect(replaced.map(\.label) == subset.map(\.label) && replaced.classNames == subset.classNames)
  }

  @Test func selectsClassesAndNumbersThemAnew() throws {
    let dataset = try numberedImages(20, classes: 10)
    let selected = dataset.selecting(classes: [7, 5, 9])
    #expect(selected.map(\.label) == [1, 0, 2, 1, 0, 2])
    #expect(selected.classNames == ["7", "5", "9"])
    #expect(selected.inputs == dataset.inputs(at: [5, 7, 9, 15, 17, 19]))
  }

  @Test func drawsFewShots() throws {
    let dataset = try numberedImages(60)
    let drawn = try dataset.fewShot(perClass: 4, seed: 1)
    #expect(drawn.classFrequencies == [4, 4, 4])
    #expect(try dataset.fewShot(perClass: 4, seed: 1).inputs == drawn.inputs)
    #expect(try dataset.fewShot(perClass: 4, seed: 2).inputs != drawn.inputs)
    #expect(try dataset.fewShot(perClass: 20, seed: 5).inputs == dataset.inputs)
    let (few, rest) = try dataset.fewShotSplit(perClass: 4, seed: 1)
    #expect(few.inputs == drawn.inputs)
    #expect(rest.count == dataset.count - few.count)
    let apart = few.inputs.scalars + rest.inputs.scalars
    #expect(apart.sorted() == dataset.inputs.scalars.sorted())
    let error = #expect(throws: DataError.self) { try dataset.fewShot(perClass: 21, seed: 1) }
    #expect(error?.kind == .tooFewSamples)
  }

  @Test func reshapesTablesToImages() throws {
    let dataset = try LabeledDataset(
      inputs: Tensor(evenlySpaced: 0...11, count: 12).reshaped(to: [2, 6]),
      labels: Tensor([0, 1]))
    let images = dataset.reshapingInputs(to: [1, 2, 3])
    #expect(images.inputShape == [1, 2, 3])
    #expect(images[1].input.scalars == [6, 7, 8, 9, 10, 11])
  }
}
