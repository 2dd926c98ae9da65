import Foundation
import GraftTensor

/// Images that were decoded into memory, and what could not be.
public struct LoadedImages: Sendable {
  /// The images as bytes, with their classes.
  public let dataset: LabeledDataset

  /// The files in ``dataset``, by their numbers in the folder.
  public let kept: [Int]

  /// Why the other files were left out, in their order; the paths are in the errors.
  public let skipped: [DataError]
}

extension ImageFolder {
  /// Decodes and prepares every file on all threads, and keeps the results in memory: for data sets of some thousand
  /// images.
  ///
  /// The result does not depend on the number of threads.
  ///
  /// - Parameter prepare: Gives all images one shape: resized, cropped. By default they stay as they are. It is called
  ///   on several threads at once.
  /// - Throws: What `prepare` throws; ``DataError`` with the path for the first file that can't be decoded (unless
  ///   ``brokenFiles`` says to skip it), for one whose shape is not that of the first, and if no file is left.
  public func loaded(
    preparedBy prepare: @Sendable (Tensor<UInt8>) throws -> Tensor<UInt8> = { $0 }
  ) throws -> LoadedImages {
    let shape = try firstShape(prepare)
    var outcomes = [FileOutcome](repeating: .passedOver, count: count)
    let images = Tensor<UInt8>(shape: Shape([count] + shape)) { pixels in
      outcomes.withUnsafeMutableBufferPointer { outcomes in
        decode(into: pixels, shape, outcomes, prepare)
      }
    }
    var (kept, skipped): ([Int], [DataError]) = ([], [])
    for (index, outcome) in outcomes.enumerated() {
      switch outcome {
      case .decoded: kept.append(index)
      case .broken(let error) where brokenFiles == .skip: skipped.append(error)
      case .broken(let error): throw error
      case .failed(let error): throw error
      case .passedOver: break
      }
    }
    let dataset = LabeledDataset(
      storage: .bytes(images), positions: kept.map(Int32.init), classes: kept.map { Int32(labels[$0]) },
      classNames: classNames, normalization: nil)
    return LoadedImages(dataset: dataset, kept: kept, skipped: skipped)
  }

  /// The shape of the first image that can be decoded.
  private func firstShape(_ prepare: (Tensor<UInt8>) throws -> Tensor<UInt8>) throws -> Shape {
    var firstFault: DataError?
    for index in files.indices {
      do {
        return try prepare(image(at: index)).shape
      } catch let error as DataError where brokenFiles == .skip {
        firstFault = firstFault ?? error
      }
    }
    throw DataError(
      .tooFewSamples, "none of \(count) image files could be decoded",
      advice: firstFault.map { "The first: \($0)" } ?? "Check that the folder has files")
  }

  /// Puts every image where it belongs, and notes what came of it. After a fault that stops everything later files are
  /// passed over, but none before it, so that the first is found whichever thread is faster.
  private func decode(
    into pixels: UnsafeMutableBufferPointer<UInt8>, _ shape: Shape,
    _ outcomes: UnsafeMutableBufferPointer<FileOutcome>,
    _ prepare: @Sendable (Tensor<UInt8>) throws -> Tensor<UInt8>
  ) {
    let size = shape.elementCount
    let firstStop = LowestNumber()
    // Each part writes places of its own.
    nonisolated(unsafe) let (pixels, outcomes) = (pixels, outcomes)
    parallelFor(count, grain: 1) { range in
      for index in range where index < firstStop.value {
        let place = UnsafeMutableBufferPointer(rebasing: pixels[(index * size)..<((index + 1) * size)])
        outcomes[index] = decode(index, into: place, shape, prepare)
        if outcomes[index].stops(brokenFiles) { firstStop.lower(to: index) }
      }
    }
  }

  /// Decodes one file; of one that can't be, zeros remain.
  private func decode(
    _ index: Int, into place: UnsafeMutableBufferPointer<UInt8>, _ shape: Shape,
    _ prepare: (Tensor<UInt8>) throws -> Tensor<UInt8>
  ) -> FileOutcome {
    place.initialize(repeating: 0)
    let image: Tensor<UInt8>
    do {
      image = try self.image(at: index)
    } catch {
      return (error as? DataError).map(FileOutcome.broken) ?? .failed(error)
    }
    do {
      let prepared = try prepare(image)
      guard prepared.shape == shape else {
        throw DataError(
          .countMismatch, file: files[index].path,
          "the image has shape \(prepared.shape), the first one \(shape)",
          advice: "Prepare images so that all have one shape, by resizing or cropping")
      }
      prepared.withContiguousBuffer { _ = place.update(from: $0) }
      return .decoded
    } catch {
      return .failed(error)
    }
  }
}

/// What came of one file.
private enum FileOutcome {
  case decoded
  case broken(DataError)
  case failed(any Error)
  case passedOver

  /// Whether no data set will come of the folder.
  func stops(_ policy: ImageFolder.BrokenFiles) -> Bool {
    switch self {
    case .decoded, .passedOver: false
    case .broken: policy == .stop
    case .failed: true
    }
  }
}

/// The lowest of some numbers that several threads name.
private final class LowestNumber: @unchecked Sendable {
  private let lock = NSLock()
  private var lowest = Int.max

  var value: Int { lock.withLock { lowest } }

  func lower(to number: Int) { lock.withLock { lowest = min(lowest, number) } }
}
