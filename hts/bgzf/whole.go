package bgzf

import (
	"bytes"
	"sync"

	"varpanel/hts/fault"
)

// UnpackAll checks and inflates a whole file that is in memory, such as an index,
// with as many goroutines as the options say. A file without its end-of-file
// block, and one whose plain data is longer than limit bytes, is an Input error.
// Where file has 128 KiB of spare room it is not copied; that room is not changed.
func UnpackAll(file []byte, limit int, o Options) ([]byte, error) {
	var blocks []block
	total := 0
	for off := 0; off < len(file); {
		size, err := blockSize(file[off:])
		if err == nil && size > len(file)-off {
			err = errCut
		}
		n := 0
		if err == nil {
			n, err = plainSize(file[off : off+size])
		}
		if err != nil {
			return nil, atPlace(o.Name, int64(off), err)
		}
		if total += n; total > limit {
			return nil, fault.Inputf(o.Name, "", "its plain data is longer than %d bytes", limit)
		}
		blocks = append(blocks, block{off: int64(off), at: off, size: size, base: total - n, length: n})
		off += size
	}
	if err := checkEnd(bytes.NewReader(file), int64(len(file)), o.Name); err != nil {
		return nil, err
	}
	packed := file
	if cap(file)-len(file) < inSpace {
		packed = append(make([]byte, 0, len(file)+inSpace), file...)
	}
	plain := make([]byte, total+outSpace)
	if err := unpackBlocks(plain, packed[:cap(packed)], blocks, o); err != nil {
		return nil, err
	}
	return plain[:total], nil
}

// leastShare is the number of blocks below which a goroutine is not worth it.
const leastShare = 8

// unpackBlocks shares the blocks out in runs. Of several errors the first in the
// file is given.
func unpackBlocks(plain, packed []byte, blocks []block, o Options) error {
	n := max(1, min(o.Threads, len(blocks)/leastShare))
	if n == 1 {
		return unpackRun(plain, packed, blocks, o)
	}
	errs := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		from, to := i*len(blocks)/n, (i+1)*len(blocks)/n
		end := len(plain)
		if to < len(blocks) {
			end = blocks[to].base
		}
		all.Go(func() { errs[i] = unpackRun(plain[:end:end], packed, blocks[from:to], o) })
	}
	all.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// unpackRun inflates blocks into plain and writes nothing past its end: the
// decoder may write some bytes after a block's, so that the last blocks go by
// way of a buffer.
func unpackRun(plain, packed []byte, blocks []block, o Options) error {
	f := borrowInflater(o.SafeInflate)
	defer returnInflater(f)
	pair, _ := f.(*decoderPair)
	var last *[outSpace]byte
	for i := 0; i < len(blocks); i++ {
		if pair != nil && i+1 < len(blocks) && len(plain)-blocks[i+1].base >= outSpace &&
			unpackTwo(pair, plain, packed, (*[2]block)(blocks[i:])) {
			i++
			continue
		}
		k := blocks[i]
		var dst *[outSpace]byte
		direct := len(plain)-k.base >= outSpace
		if direct {
			dst = (*[outSpace]byte)(plain[k.base:])
		} else {
			if last == nil {
				last = new([outSpace]byte)
			}
			dst = last
		}
		if err := unpack(f, dst, k.length, packed, k.at, k.size); err != nil {
			return atPlace(o.Name, k.off, err)
		}
		if !direct {
			copy(plain[k.base:], dst[:k.length])
		}
	}
	return nil
}
