"""`cecli worst`: which rows cost the most?"""
