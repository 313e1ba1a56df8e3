/*
 * Measures libdeflate on the blocks of BGZF files: MB of plain data a second on
 * one core, CRC-32 checked. For the test machine only; varpanel never links it.
 *
 *   gcc -O2 -o FILE libdeflate.c -ldeflate
 *   FILE seconds file.gz...
 *
 * Prints one line a file. The file is unpacked again and again; the time of a
 * group of blocks is the best of all passes, and the rate that of the sum, so
 * that what else the machine does counts little.
 */
#include <libdeflate.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define GROUP 8 /* blocks */

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

static unsigned le16(const uint8_t *p) { return p[0] | p[1] << 8; }
static uint32_t le32(const uint8_t *p) { return le16(p) | (uint32_t)le16(p + 2) << 16; }

static void die(const char *file, const char *message)
{
	fprintf(stderr, "%s: %s\n", file, message);
	exit(1);
}

static uint8_t *slurp(const char *path, size_t *size)
{
	FILE *f = fopen(path, "rb");
	if (!f || fseek(f, 0, SEEK_END))
		die(path, "cannot be opened");
	*size = ftell(f);
	rewind(f);
	uint8_t *b = malloc(*size + 1);
	if (!b || fread(b, 1, *size, f) != *size)
		die(path, "cannot be read");
	fclose(f);
	return b;
}

/* BSIZE of the block at p, plus one. */
static size_t block_size(const char *path, const uint8_t *p, const uint8_t *end)
{
	if (end - p < 18 || p[0] != 0x1f || p[1] != 0x8b)
		die(path, "not BGZF");
	const uint8_t *x = p + 12, *last = x + le16(p + 10);
	for (; last <= end && x + 6 <= last; x += 4 + le16(x + 2))
		if (x[0] == 'B' && x[1] == 'C')
			return le16(x + 4) + 1;
	die(path, "not BGZF");
	return 0;
}

struct block {
	const uint8_t *p;
	size_t head, size;
	uint32_t plain;
	double best; /* of the group that begins here */
};

static struct block *blocks_of(const char *path, const uint8_t *b, size_t size, size_t *count)
{
	struct block *out = malloc((size / 26 + 1) * sizeof *out);
	size_t n = 0;
	for (const uint8_t *p = b, *end = b + size; p < end; n++) {
		struct block k = {.p = p, .size = block_size(path, p, end), .best = 1e9};
		if (k.size > (size_t)(end - p))
			die(path, "cut");
		k.head = 12 + le16(p + 10);
		k.plain = le32(p + k.size - 4);
		if (k.plain > 65536 || k.head + 8 > k.size)
			die(path, "corrupt");
		out[n] = k;
		p += k.size;
	}
	*count = n;
	return out;
}

static void unpack(const char *path, struct libdeflate_decompressor *d, const struct block *k)
{
	static uint8_t out[65536];
	if (libdeflate_deflate_decompress(d, k->p + k->head, k->size - k->head - 8, out, k->plain, NULL) != LIBDEFLATE_SUCCESS)
		die(path, "corrupt");
	if (libdeflate_crc32(0, out, k->plain) != le32(k->p + k->size - 8))
		die(path, "CRC");
}

int main(int argc, char **argv)
{
	if (argc < 3)
		die(argv[0], "usage: seconds file.gz...");
	double seconds = atof(argv[1]);
	struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
	for (int i = 2; i < argc; i++) {
		size_t size, n;
		uint8_t *b = slurp(argv[i], &size);
		struct block *k = blocks_of(argv[i], b, size, &n);
		int passes = 0;
		for (double start = now(); passes < 3 || now() - start < seconds; passes++)
			for (size_t g = 0; g < n; g += GROUP) {
				double t = now();
				for (size_t j = g; j < g + GROUP && j < n; j++)
					unpack(argv[i], d, &k[j]);
				t = now() - t;
				if (t < k[g].best)
					k[g].best = t;
			}
		double plain = 0, time = 0;
		for (size_t j = 0; j < n; j++) {
			plain += k[j].plain;
			if (j % GROUP == 0)
				time += k[j].best;
		}
		printf("%.1f\t%s\n", plain / time / 1e6, argv[i]);
		free(k);
		free(b);
	}
	return 0;
}
